import { countTokens } from './answer.js';
import type { JsonObject } from './question.js';

/** `POST /v1/embeddings`: small vectors, in the encoding that was asked for. */
export function embed(body: JsonObject): JsonObject {
  const inputs = (Array.isArray(body.input) ? body.input : [body.input]).map(String);
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return {
    object: 'list',
    data: inputs.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: vector(input, body.encoding_format),
    })),
    model: String(body.model),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function vector(input: string, encoding: unknown): number[] | string {
  const values = Float32Array.from([0.5, -0.25, (input.length % 64) / 64, 1]);
  return encoding === 'base64' ? Buffer.from(values.buffer).toString('base64') : [...values];
}
