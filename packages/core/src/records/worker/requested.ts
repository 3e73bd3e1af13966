import { modelInPath } from '../../policy/model-in-path.js';
import type { CallFacts } from '../facts.js';
import { type ReadRequest, readRequest } from './read-request.js';
import { readClientMessages } from './read-session.js';

/** What a call asked for: by its body or messages, by what the request thread read of them, or by its path. Never throws. */
export function readRequested(facts: CallFacts, bytes: Buffer, maxBytes: number): ReadRequest {
  if (facts.session !== null) return readClientMessages(facts.session, bytes, maxBytes);
  const read = facts.asked ? { ...facts.asked, kept: null } : readRequest(facts.request, bytes, maxBytes);
  return { ...read, model: modelOf(read, facts), stream: read.stream || STREAMING.test(facts.path) };
}

/** Google's path says which model, and its bodies at most the same, as `models/<name>`; elsewhere the body goes first. */
function modelOf({ model }: ReadRequest, { wire, path }: CallFacts): string | null {
  if (wire !== 'google-generate-content' && wire !== 'google-predict') return model ?? modelInPath(path);
  return modelInPath(path) ?? model?.replace(/^models\//, '') ?? null;
}

/** Methods and actions whose answers stream whatever the body says: Google's, Claude's at Vertex AI, and Bedrock's. */
const STREAMING =
  /(?::|%3a)stream(?:GenerateContent|RawPredict)\/?$|\/(?:converse-stream|invoke-with-response-stream)\/?$/i;
