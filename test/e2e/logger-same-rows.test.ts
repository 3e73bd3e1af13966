// What is recorded of a call that goes past the proxy is what the proxy records of it.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import type { CallRecord } from '@helicone-proxy/core';
import { HeliconeAsyncLogger, type LoggedSdks } from '@helicone-proxy/logger';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE_CASES } from '../conformance/surface/anthropic-messages.js';
import { ANTHROPIC } from '../conformance/surface/anthropic-sdk.js';
import { AZURE, AZURE_CASES } from '../conformance/surface/azure-cases.js';
import { GOOGLE, GOOGLE_CASES } from '../conformance/surface/google-cases.js';
import { observe } from '../conformance/surface/observed.js';
import { CHAT_CASES } from '../conformance/surface/openai-chat.js';
import { EMBEDDING_CASES } from '../conformance/surface/openai-embeddings.js';
import { ERROR_CASES } from '../conformance/surface/openai-errors.js';
import { RESPONSES_CASES } from '../conformance/surface/openai-responses.js';
import { OPENAI } from '../conformance/surface/openai-sdk.js';
import type { Sdk, SurfaceCase } from '../conformance/surface/surface-case.js';
import { comparableRow } from '../rig/comparable-row.js';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

const MODEL_CALL =
  /\/(chat\/completions|completions|responses|embeddings|v1\/messages)$|:(generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/;

/** Rows of one call by itself and of one through the proxy, by the property that tells them apart. */
async function compareRows<Client>(sdk: Sdk<Client>, each: SurfaceCase<Client>, rig: ProxyRig): Promise<void> {
  const target = { sdk, each, provider: rig.provider };
  const headers = (way: string) => ({ 'Helicone-User-Id': 'ada', 'Helicone-Property-Way': way });
  const direct = await observe({ ...target, url: rig.provider.origin, headers: headers('logged') });
  const proxied = await observe({ ...target, url: `${rig.url}/${sdk.provider}`, headers: headers('proxied') });
  expect(direct.result).toEqual(proxied.result);
  await logger.flush();
  const records = await rig.records();
  const rows = (way: string) =>
    records.filter(
      (row) => row.properties.way === way && row.request_method === 'POST' && MODEL_CALL.test(row.request_path),
    );
  const [logged, expected] = [rows('logged'), rows('proxied')];
  expect(logged.map(comparable)).toEqual(expected.map(comparable));
  for (const row of logged) {
    expect(row.delay_ms).toBeGreaterThan(0);
    expect(row.target_url).toBe(rig.provider.origin + row.request_path);
  }
  const firstTokens = (all: CallRecord[]) => all.map((row) => row.time_to_first_token !== null);
  expect(firstTokens(logged)).toEqual(firstTokens(expected));
}

function comparable(record: CallRecord): Record<string, unknown> {
  const { properties: _, request_properties: __, error, ...told } = record;
  // Of an answer that is a page of HTML, the log tells its first line.
  const rest = error?.startsWith('<html>') ? { ...told, error: null } : { ...told, error };
  return comparableRow(rest);
}

let logger: HeliconeAsyncLogger;

function suite<Client>(sdk: Sdk<Client>, sdks: LoggedSdks, cases: readonly SurfaceCase<Client>[]): void {
  let rig: ProxyRig;
  const errors: Error[] = [];
  beforeAll(async () => {
    rig = await startProxyRig((provider) => ({
      providers: Object.fromEntries(
        ['openai', 'anthropic', 'google', 'azure'].map((name) => [name, { baseUrl: provider.origin }]),
      ),
    }));
    logger = new HeliconeAsyncLogger({ baseUrl: `${rig.url}/api`, onError: (error) => errors.push(error) });
    logger.init(sdks);
  });
  afterAll(async () => {
    await logger.close();
    await rig.close();
  });
  test.each(cases)('$name', async (each) => {
    errors.length = 0;
    const before = (await rig.records()).length;
    await compareRows(sdk, each, { ...rig, records: async () => (await rig.records()).slice(before) });
    expect(errors).toEqual([]);
  });
}

describe('openai', () => {
  suite(OPENAI, { openAI: OpenAI }, [...CHAT_CASES, ...RESPONSES_CASES, ...EMBEDDING_CASES, ...ERROR_CASES]);
});
describe('openai at Azure', () => suite(AZURE, { openAI: AzureOpenAI }, AZURE_CASES));
describe('@anthropic-ai/sdk', () => suite(ANTHROPIC, { anthropic: Anthropic }, MESSAGE_CASES));
describe('@google/genai', () => suite(GOOGLE, { google: GoogleGenAI }, GOOGLE_CASES));
