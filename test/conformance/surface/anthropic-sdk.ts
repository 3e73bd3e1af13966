import Anthropic from '@anthropic-ai/sdk';
import { answersWith } from './answer.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

export const ANTHROPIC: Sdk<Anthropic> = {
  provider: 'anthropic',
  client: ({ url, headers, fetch }) =>
    new Anthropic({ apiKey: 'sk-ant-test', baseURL: url, defaultHeaders: headers, fetch }),
};

export type AnthropicCase = SurfaceCase<Anthropic>;

export const { json, gzip, events, bytes } = answersWith([
  ['anthropic-organization-id', '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9'],
  ['anthropic-ratelimit-requests-remaining', '3999'],
  ['request-id', 'req_011CSHoEeqs5C35K2UUqR7Fy'],
]);
