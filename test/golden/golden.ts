import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallRecord } from '@helicone-proxy/core';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GoldenAnswer, GoldenCase } from './golden-case.js';
import {
  bytesOf,
  CASE_HEADER,
  type GoldenProvider,
  startGoldenProvider,
  VARIANT_HEADER,
  type Variant,
} from './golden-provider.js';

/** Calls that run at one time. */
const AT_ONCE = 16;

interface GoldenHost {
  url: string;
  proxy: HeliconeProxy;
  agent: Agent;
  provider: GoldenProvider;
  close(): Promise<void>;
}

/**
 * Runs each case through a proxy over real sockets: as it stands, and where it is a stream also cut at every offset, byte by byte,
 * with other line ends, a byte order mark, comments, and compressed. Whatever the variant, the client gets the provider's bytes and
 * the record says the same.
 */
export function goldenCases(cases: readonly GoldenCase[], options: HeliconeProxyOptions = {}): void {
  let host: GoldenHost;
  beforeAll(async () => {
    host = await startHost(cases, options);
  });
  afterAll(() => host.close());

  describe.each(cases.map((golden, index) => ({ ...golden, index, body: bodyOf(golden) })))(
    '$name',
    ({ index, ...golden }) => {
      test('body, usage and cost', async () => {
        const [record] = await recordsOf(host, { golden, index, variants: [{}] });
        expect(record?.response_body).toEqual(golden.body);
        expect(record).toMatchObject(golden.record);
        expect(golden.record).toHaveProperty('cost_usd');
      });

      const variants = variantsOf(golden.answer);
      if (variants.length === 0) return;
      test('the same however it is cut, encoded and ended', async () => {
        const records = await recordsOf(host, { golden, index, variants });
        expect(records).toHaveLength(variants.length);
        for (const record of records) {
          expect({ body: record.response_body, ...record }).toMatchObject({ body: golden.body, ...golden.record });
          expect(record.response_body).toEqual(golden.body);
        }
      });
    },
  );
}

/** What the record of a case holds as its answer. */
function bodyOf({ name, answer, body }: GoldenCase): unknown {
  if (body !== undefined) return body;
  if (answer.kind === 'json') return answer.body;
  throw new Error(`${name}: what the answer is rebuilt to is missing`);
}

/** Bytes between two cuts: together the calls of a case are cut at every offset, each of them at some. */
const BETWEEN_CUTS = 67;
const BYTE_BY_BYTE = { first: 1, every: 1 };

/** Everything that may be different about a stream of the same content. */
function variantsOf(answer: GoldenAnswer): Variant[] {
  if (answer.kind === 'json' || answer.kind === 'bytes') return [];
  const cuts = Array.from(
    { length: BETWEEN_CUTS },
    (_, at): Variant => ({
      cut: { first: at + 1, every: BETWEEN_CUTS },
    }),
  );
  const common: Variant[] = [{ cut: BYTE_BY_BYTE }, { gzip: true }, { gzip: true, cut: BYTE_BY_BYTE }, ...cuts];
  if (answer.kind === 'ndjson') return [{ lineEnd: '\r\n' }, ...common];
  if (answer.kind !== 'sse') return common;
  const ends: Variant[] = [{ lineEnd: '\r' }, { lineEnd: '\r\n' }, { bom: true }, { comments: true }];
  return [...ends, ...ends.map((variant): Variant => ({ ...variant, cut: BYTE_BY_BYTE })), ...common];
}

interface Run {
  golden: GoldenCase;
  index: number;
  variants: readonly Variant[];
}

/** Makes a call for each variant and resolves the records of all. */
async function recordsOf(host: GoldenHost, { golden, index, variants }: Run): Promise<CallRecord[]> {
  const run = crypto.randomUUID();
  const waiting = variants.values();
  const worker = async (): Promise<void> => {
    for (const variant of waiting) await call(host, { golden, index, variant, run });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await host.proxy.flush();
  const found: CallRecord[] = [];
  for (;;) {
    const page = await host.proxy.records.query({
      tenant: 'default',
      filter: {
        kind: 'condition',
        condition: { field: { kind: 'property', name: 'run' }, operator: 'equals', value: run },
      },
      limit: 200,
      offset: found.length,
      bodies: true,
    });
    found.push(...page);
    if (page.length < 200) return found;
  }
}

interface OneCall extends Omit<Run, 'variants'> {
  variant: Variant;
  run: string;
}

async function call({ url, agent }: GoldenHost, { golden, index, variant, run }: OneCall): Promise<void> {
  const outgoing = httpRequest(`${url}/${golden.path}`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer of-the-client',
      'helicone-property-run': run,
      [CASE_HEADER]: String(index),
      [VARIANT_HEADER]: JSON.stringify(variant),
    },
  });
  outgoing.end(JSON.stringify(golden.request));
  const [response] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const received = Buffer.concat(chunks);
  if (!variant.gzip && !received.equals(bytesOf(golden.answer, variant))) {
    throw new Error(`${golden.name}: the client got other bytes than the provider sent: ${received.toString()}`);
  }
}

async function startHost(cases: readonly GoldenCase[], options: HeliconeProxyOptions): Promise<GoldenHost> {
  const provider = await startGoldenProvider(cases);
  const names = new Set(cases.map(({ path }) => path.split('/')[0] as string));
  const handler = heliconeProxy({
    ...options,
    records: { store: 'sqlite::memory:' },
    providers: Object.fromEntries(
      [...names].map((name) => [name, { baseUrl: provider.origin, ...options.providers?.[name] }]),
    ),
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`,
    proxy: handler.proxy,
    agent,
    provider,
    async close() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await handler.proxy.close();
      await provider.close();
    },
  };
}
