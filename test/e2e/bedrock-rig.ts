import type { CallRecord } from '@helicone-proxy/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { MODEL } from './bedrock-clients.js';
import { type BedrockCall, type BedrockProvider, startBedrockProvider } from './bedrock-provider.js';
import { type ExpressHost, type HostOptions, startExpressHost } from './express-host.js';

export const SERVER = {
  accessKeyId: 'ASIASERVER0000000001',
  secretAccessKey: 'server/secret+1',
  sessionToken: 'server-session-token==',
};
export const TEAM = { accessKeyId: 'AKIATEAM000000000001', secretAccessKey: 'team/secret+1' };
export const OUR_KEY = 'sk-ours-0123456789';
/** Bedrock API keys, which are bearer tokens: the server's and a client's. */
export const API_KEY = 'bedrock-api-key-server';
export const CLIENT_API_KEY = 'bedrock-api-key-client';

const MODEL_PATH = `/model/${encodeURIComponent(MODEL)}`;
/** Of the four operations, as Bedrock gets them. */
export const PATHS = ['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream'].map(
  (each) => `${MODEL_PATH}/${each}`,
);
export const CONVERSE = PATHS[0] as string;

/** A call by hand, by nobody. */
export const ASKED = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"messages":[]}' };
/** Headers of one with a key of ours. */
export const AUTH = { ...ASKED.headers, authorization: `Bearer ${OUR_KEY}` };

/** A stand-in for Bedrock for a test file, and for each test a host before it. */
export interface BedrockRig {
  readonly bedrock: BedrockProvider;
  readonly host: ExpressHost;
  /** What Bedrock got in this test. */
  readonly calls: readonly BedrockCall[];
  /** Mounts a proxy with these options of Bedrock's; gives its route. */
  mount(options: NonNullable<HostOptions['providers']>[string], more?: HostOptions): Promise<string>;
  /** Mounts one with all its options given. */
  start(options: HostOptions): Promise<string>;
  /** Of the four operations, in order, by the SDK: everything known, nothing secret. */
  expectRecords(records: readonly CallRecord[]): void;
}

export function bedrockRig(): BedrockRig {
  let bedrock: BedrockProvider;
  let host: ExpressHost;
  let before = 0;
  beforeAll(async () => {
    bedrock = await startBedrockProvider([SERVER, TEAM], [API_KEY, CLIENT_API_KEY]);
  });
  afterAll(() => bedrock.close());
  beforeEach(() => {
    before = bedrock.calls.length;
  });
  afterEach(() => host.close());

  return {
    get bedrock() {
      return bedrock;
    },
    get host() {
      return host;
    },
    get calls() {
      return bedrock.calls.slice(before);
    },
    async mount(options, more = {}) {
      const providers = { bedrock: { baseUrl: bedrock.url, ...options } };
      return `${await this.start({ auth: { keys: { [OUR_KEY]: {} } }, providers, ...more })}/bedrock`;
    },
    async start(options) {
      host = await startExpressHost(options);
      return `${host.url}/helicone`;
    },
    expectRecords(records) {
      expect(records).toHaveLength(4);
      for (const [i, record] of records.entries()) {
        expect(record).toMatchObject({
          response_status: 200,
          outcome: 'success',
          provider: 'bedrock',
          model: expect.stringContaining('claude-3-5-sonnet-20240620'),
          request_path: PATHS[i],
          target_url: bedrock.url + PATHS[i],
          prompt_tokens: 12,
          completion_tokens: 5,
          finish_reason: 'end_turn',
          stream: i % 2 === 1,
        });
      }
      const kept = JSON.stringify(records);
      for (const secret of [SERVER.secretAccessKey, SERVER.sessionToken, OUR_KEY, TEAM.secretAccessKey, API_KEY]) {
        expect(kept).not.toContain(secret);
      }
    },
  };
}
