import OpenAI from 'openai';
import { answersWith } from './answer.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

export const OPENAI: Sdk<OpenAI> = {
  provider: 'openai',
  client: ({ url, headers, fetch }) =>
    new OpenAI({ apiKey: 'sk-test', baseURL: `${url}/v1`, defaultHeaders: headers, fetch }),
};

export type OpenAICase = SurfaceCase<OpenAI>;

export const { json, gzip, events, bytes } = answersWith([
  ['openai-organization', 'org-user'],
  ['openai-processing-ms', '217'],
  ['openai-version', '2020-10-01'],
  ['x-ratelimit-remaining-requests', '9999'],
  ['x-request-id', 'req_4f9a8c0d1b2e3f4a5b6c7d8e9f0a1b2c'],
]);

/** A page of a list, as OpenAI's lists come. */
export function page(data: readonly { id: string }[], hasMore = false): ReturnType<typeof json> {
  return json({ object: 'list', data, first_id: data[0]?.id, last_id: data.at(-1)?.id, has_more: hasMore });
}

/** What OpenAI answers to a deletion. */
export function deleted(id: string, object: string): ReturnType<typeof json> {
  return json({ id, object, deleted: true });
}

/** Vectors in base64, as the SDK asks for them by itself. */
export function embedded(vectors: readonly (readonly number[])[]): ReturnType<typeof json> {
  const data = vectors.map((vector, index) => {
    const embedding = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
    return { object: 'embedding', index, embedding };
  });
  return json({ object: 'list', data, model: 'text-embedding-3-small', usage: { prompt_tokens: 8, total_tokens: 8 } });
}
