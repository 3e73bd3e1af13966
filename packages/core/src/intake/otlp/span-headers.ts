import { setOwn } from '../../providers/wires/json-read.js';
import { asHeader } from '../read-meta.js';
import type { SpanAttributes } from './span-attributes.js';
import { textOf } from './span-attributes.js';

/** Where instrumentations put what the host says of a call. */
const ASSOCIATIONS = ['traceloop.association.properties.', 'ai.telemetry.metadata.'];

/** Names that people give to the user and the session there. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['user_id', 'helicone-user-id'],
  ['userid', 'helicone-user-id'],
  ['session_id', 'helicone-session-id'],
  ['sessionid', 'helicone-session-id'],
]);

/** Attributes of the conventions that say what a header of ours says. */
const ATTRIBUTES: readonly [header: string, ...names: string[]][] = [
  ['helicone-user-id', 'llm.user', 'user.id', 'enduser.id'],
  ['helicone-session-id', 'gen_ai.conversation.id', 'session.id'],
  ['helicone-prompt-id', 'gen_ai.prompt.name'],
];

/**
 * What a span says of its call as headers of ours: Helicone's names among the associations are headers, others are properties.
 * Plain attributes fill in what those leave open.
 */
export function spanHeaders(attributes: SpanAttributes): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const prefix of ASSOCIATIONS) {
    for (const [name, value] of attributes.below(prefix)) {
      const text = textOf(value);
      const header = headerOf(name.toLowerCase());
      if (text !== null && header !== 'helicone-auth') setOwn(headers, header, asHeader(text));
    }
  }
  for (const [header, ...names] of ATTRIBUTES) {
    const text = attributes.text(...names);
    if (text !== null && headers[header] === undefined) headers[header] = asHeader(text);
  }
  return headers;
}

function headerOf(name: string): string {
  return name.startsWith('helicone-') ? name : (MEANINGS.get(name) ?? `helicone-property-${name}`);
}
