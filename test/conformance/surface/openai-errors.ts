import OpenAI from 'openai';
import { all } from './all.js';
import { events, json, type OpenAICase, page } from './openai-sdk.js';

const ASKED = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };
const ONCE = { maxRetries: 0 };

function error(message: string, more: { type: string; code: string | null; param?: string }): object {
  return { error: { message, param: null, ...more } };
}

const LIMITED = error('Rate limit reached for gpt-4o in organization org-user on tokens per min (TPM).', {
  type: 'tokens',
  code: 'rate_limit_exceeded',
});
const BROKEN = error('The server had an error while processing your request. Sorry about that!', {
  type: 'server_error',
  code: null,
});

/** The status was out already; the record says how it went. */
const FAILED_LATE = { outcome: 'upstream_error' as const, truncated: true };

/** What a provider refuses, or fails at. */
export const ERROR_CASES: readonly OpenAICase[] = [
  {
    name: '401',
    answers: [
      json(
        error('Incorrect API key provided: sk-test.', { type: 'invalid_request_error', code: 'invalid_api_key' }),
        401,
        [['www-authenticate', 'Bearer realm="OpenAI API"']],
      ),
    ],
    run: (openai) => openai.models.list(),
    fails: OpenAI.AuthenticationError,
    gives: { status: 401, code: 'invalid_api_key', requestID: 'req_4f9a8c0d1b2e3f4a5b6c7d8e9f0a1b2c' },
  },
  {
    name: '404 of a streamed call',
    answers: [
      json(error('The model `gpt-9` does not exist.', { type: 'invalid_request_error', code: 'model_not_found' }), 404),
    ],
    run: (openai) => openai.chat.completions.create({ ...ASKED, model: 'gpt-9', stream: true }),
    fails: OpenAI.NotFoundError,
    gives: { status: 404, code: 'model_not_found', type: 'invalid_request_error', param: null },
  },
  {
    name: '400 of an upload',
    answers: [
      json(
        error('Invalid file format. Supported formats: …', {
          type: 'invalid_request_error',
          code: null,
          param: 'file',
        }),
        400,
      ),
    ],
    run: (openai) => openai.files.create({ file: new File(['no audio'], 'a.txt'), purpose: 'user_data' }),
    fails: OpenAI.BadRequestError,
    gives: { status: 400, param: 'file' },
  },
  {
    name: '429 that is not to be repeated',
    answers: [
      json(LIMITED, 429, [
        ['retry-after', '20'],
        ['x-should-retry', 'false'],
        ['x-ratelimit-reset-tokens', '20s'],
      ]),
    ],
    run: (openai) => openai.chat.completions.create(ASKED),
    fails: OpenAI.RateLimitError,
    gives: { status: 429, code: 'rate_limit_exceeded', type: 'tokens' },
  },
  {
    name: '429 that the SDK waits out',
    answers: [json(LIMITED, 429, [['retry-after-ms', '1']]), page([{ id: 'gpt-4o' }])],
    run: (openai) => all(openai.models.list()),
    gives: [{ id: 'gpt-4o' }],
  },
  {
    name: '409 that is to be repeated',
    answers: [
      json(BROKEN, 409, [
        ['x-should-retry', 'true'],
        ['retry-after-ms', '1'],
      ]),
      page([{ id: 'gpt-4o' }]),
    ],
    run: (openai) => all(openai.models.list()),
  },
  {
    name: '500',
    answers: [json(BROKEN, 500)],
    run: (openai) => openai.responses.create({ model: 'gpt-4o', input: 'Hi' }, ONCE),
    fails: OpenAI.InternalServerError,
    gives: { status: 500, type: 'server_error' },
  },
  {
    name: '502 that is a page of HTML',
    answers: [
      {
        ...json({}, 502),
        headers: [['content-type', 'text/html']],
        pieces: ['<html><h1>502 Bad Gateway</h1></html>\r\n'],
      },
    ],
    run: (openai) => openai.chat.completions.create(ASKED, ONCE),
    fails: OpenAI.InternalServerError,
    gives: { status: 502 },
  },
  {
    name: 'an error in the middle of a chat stream',
    answers: [
      events([
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'He' } }] })}`,
        `data: ${JSON.stringify(BROKEN)}`,
      ]),
    ],
    run: (openai) => all(openai.chat.completions.create({ ...ASKED, stream: true }, ONCE)),
    fails: OpenAI.APIError,
    record: FAILED_LATE,
  },
  {
    name: 'a response that fails in the middle of its stream',
    answers: [
      events([
        `event: error\ndata: ${JSON.stringify({ type: 'error', code: 'server_error', message: 'Sorry', param: null, sequence_number: 1 })}`,
      ]),
    ],
    run: (openai) => all(openai.responses.create({ model: 'gpt-4o', input: 'Hi', stream: true }, ONCE)),
    fails: OpenAI.APIError,
    record: FAILED_LATE,
  },
];
