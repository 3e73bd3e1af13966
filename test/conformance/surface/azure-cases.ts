import { ANSWERS } from '@helicone-proxy/testkit';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { all } from './all.js';
import { media, published } from './answer.js';
import { json } from './openai-sdk.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

/** The same SDK at Azure: deployments in the path, a version in the query, and the key in a header of its own. */
export const AZURE: Sdk<AzureOpenAI> = {
  provider: 'azure',
  client: ({ url, headers, fetch }) =>
    new AzureOpenAI({ apiKey: 'azure-test', endpoint: url, apiVersion: '2024-10-21', defaultHeaders: headers, fetch }),
};

const CHAT = { model: 'my-gpt-4o', messages: [{ role: 'user' as const, content: 'Hi — 好' }] };

export const AZURE_CASES: readonly SurfaceCase<AzureOpenAI>[] = [
  {
    name: 'chat',
    answers: [published(ANSWERS.chat)],
    run: (azure) => azure.chat.completions.create(CHAT),
    record: { ...ANSWERS.chat.tokens, request_path: '/openai/deployments/my-gpt-4o/chat/completions' },
  },
  {
    name: 'chat, streamed',
    answers: [published(ANSWERS.chatStream)],
    run: (azure) => all(azure.chat.completions.create({ ...CHAT, stream: true })),
    record: { ...ANSWERS.chatStream.tokens, finish_reason: ANSWERS.chatStream.finishReason },
  },
  {
    name: 'transcription',
    answers: [json({ text: 'Hallo' })],
    run: async (azure) =>
      azure.audio.transcriptions.create({ file: await toFile(media(20_000), 'a.wav'), model: 'my-whisper' }),
  },
  {
    name: '401',
    answers: [json({ error: { code: '401', message: 'Access denied due to invalid subscription key.' } }, 401)],
    run: (azure) => azure.chat.completions.create(CHAT),
    fails: OpenAI.AuthenticationError,
    gives: { status: 401, code: '401' },
  },
];
