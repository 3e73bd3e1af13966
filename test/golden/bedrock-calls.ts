import { awsEvent } from '../rig/aws-frame.js';

/** Padding that each event has, of a length of its own. */
const PADDING = 'ab';

/** The frame of an event of Bedrock. */
export function bedrockEvent(name: string, payload: object): Uint8Array {
  return awsEvent(name, { ...payload, p: PADDING });
}

/** Path of an action. The model of a record is that of the path: no answer names Bedrock's own id. */
export function bedrockPath(model: string, action: string): string {
  return `bedrock/model/${encodeURIComponent(model)}/${action}`;
}

export const SONNET_35 = 'anthropic.claude-3-5-sonnet-20240620-v1:0';

export const MESSAGES = { messages: [{ role: 'user', content: [{ text: 'Which animal?' }] }] };
