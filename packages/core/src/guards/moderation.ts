import type { EngineRequest, EngineResponse, Headers } from '../contract.js';
import { CREDENTIAL_HEADERS } from '../policy/credentials.js';
import { asObject, own, parseObject } from '../providers/wires/json-read.js';
import type { GuardedPrompt, GuardedRequest, PromptGuard, Verdict } from './guard-options.js';

/** Longest answer that is read, bytes; a real one takes about 2 KiB. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** What of the caller's headers goes along, so that the check is made with its credential and recorded under its name. */
const PASSED_ON: ReadonlySet<string> = new Set([
  ...CREDENTIAL_HEADERS,
  'helicone-auth',
  'helicone-user-id',
  // What is not to be kept of a call is not to be kept of its check either.
  'helicone-omit-request',
  'helicone-omit-response',
]);
const PASSED_ON_PREFIXES = ['helicone-session-', 'helicone-property-', 'openai-organization', 'openai-project'];

/**
 * Asks OpenAI's moderation endpoint with the caller's own credential, by a call of its own through the engine, so that it is
 * recorded like any other. Rejects when the endpoint cannot be reached or its answer cannot be read.
 */
export function createModeration(ask: (request: EngineRequest) => Promise<EngineResponse>): PromptGuard {
  return {
    async check(prompt: GuardedPrompt): Promise<Verdict> {
      const { status, headers, body } = await ask(moderationRequest(prompt));
      const bytes = await wholeBody(body);
      if (status !== 200) throw new Error(`the moderation endpoint answered ${status}`);
      if ((headers['content-encoding'] ?? 'identity') !== 'identity')
        throw new Error('the moderation’s answer is encoded');
      return verdictOf(bytes.toString());
    },
  };
}

function moderationRequest({ text, request }: GuardedPrompt): EngineRequest {
  const { signal, remoteAddress, raw, host } = request;
  const body = Buffer.from(JSON.stringify({ input: text }));
  return {
    method: 'POST',
    path: '/openai/v1/moderations',
    // A key may also be shown in the query.
    query: request.query
      .split('&')
      .filter((pair) => pair.startsWith('key='))
      .join('&'),
    headers: moderationHeaders(request, body.length),
    body,
    signal,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    raw,
    host,
  };
}

function moderationHeaders(request: GuardedRequest, length: number): Headers {
  const headers: Headers = {
    'content-type': 'application/json',
    'content-length': String(length),
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  for (const name in request.headers) {
    if (PASSED_ON.has(name) || PASSED_ON_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      headers[name] = request.headers[name];
    }
  }
  return headers;
}

async function wholeBody(body: EngineResponse['body']): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.length);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('the moderation’s answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** An answer that does not plainly say that nothing was flagged must not pass for one that does. */
function verdictOf(text: string): Verdict {
  const results = own(parseObject(text) ?? {}, 'results');
  if (!Array.isArray(results) || results.length === 0) throw new Error('the moderation’s answer has no results');
  const categories = new Set<string>();
  let blocked = false;
  for (const each of results) {
    const result = asObject(each);
    const flagged = result === null ? undefined : own(result, 'flagged');
    if (result === null || typeof flagged !== 'boolean') throw new Error('the moderation’s answer has no flag');
    if (!flagged) continue;
    blocked = true;
    for (const [name, value] of Object.entries(asObject(own(result, 'categories')) ?? {})) {
      if (value === true && /^[\w/-]{1,64}$/.test(name)) categories.add(name);
    }
  }
  if (!blocked) return { blocked: false };
  const names = [...categories].slice(0, 32);
  return { blocked: true, reason: names.length === 0 ? 'flagged by moderation' : names.join(', ') };
}
