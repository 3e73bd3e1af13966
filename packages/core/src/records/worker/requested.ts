import { modelInPath } from '../../policy/model-in-path.js';
import type { CallFacts } from '../facts.js';
import { type ReadRequest, readRequest } from './read-request.js';
import { readClientMessages } from './read-session.js';

/** What a call asked for: by its body or messages, by what the request thread read of them, or by its path. Never throws. */
export function readRequested(facts: CallFacts, bytes: Buffer, maxBytes: number): ReadRequest {
  if (facts.session !== null) return readClientMessages(facts.session, bytes, maxBytes);
  const read = facts.asked ? { ...facts.asked, kept: null } : readRequest(facts.request, bytes, maxBytes);
  return facts.wire === 'google-generate-content' ? withGooglePath(read, facts.path) : read;
}

/** Google's path says which model, and whether the answer streams; its bodies say at most the former, as `models/<name>`. */
function withGooglePath(read: ReadRequest, path: string): ReadRequest {
  const model = modelInPath(path) ?? read.model?.replace(/^models\//, '') ?? null;
  return { ...read, model, stream: read.stream || /(?::|%3a)streamGenerateContent\/?$/i.test(path) };
}
