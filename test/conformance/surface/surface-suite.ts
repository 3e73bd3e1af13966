import type { CallRecord } from '@helicone-proxy/core';
import { type ScriptedProvider, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTS, type Host } from '../hosts.js';
import type { Session } from '../session.js';
import { expectRecorded, expectSameHead, expectSameRequest } from './expect-same.js';
import { type CallToObserve, type Observed, observe } from './observed.js';
import type { Sdk, SurfaceCase } from './surface-case.js';
import { surfaceSession } from './surface-session.js';

/** A table of calls by one SDK. */
interface SurfaceTable<Client> {
  sdk: Sdk<Client>;
  cases: readonly SurfaceCase<Client>[];
}

/**
 * Each case, over each host: made straight at a provider and through the proxy, the call gives its client the same, shows the
 * provider the same, and leaves a record of each of its requests.
 */
export function surfaceSuite<Client>(title: string, table: SurfaceTable<Client>): void {
  describe(title, () => {
    const direct = directCalls(table);
    describe.each(HOSTS)('$name', (host) => casesOver(host, table, direct));
  });
}

/** What each call is without the proxy, made once. */
function directCalls<Client>({ sdk }: SurfaceTable<Client>): (each: SurfaceCase<Client>) => Promise<Observed> {
  let provider: ScriptedProvider;
  beforeAll(async () => {
    provider = await startScriptedProvider();
  });
  afterAll(() => provider.close());
  const known = new Map<string, Promise<Observed>>();
  return (each) => {
    const observed = known.get(each.name) ?? observe({ sdk, each, provider, url: provider.origin, headers: {} });
    known.set(each.name, observed);
    return observed;
  };
}

function casesOver<Client>(
  host: Host,
  { sdk, cases }: SurfaceTable<Client>,
  direct: (each: SurfaceCase<Client>) => Promise<Observed>,
): void {
  const session = surfaceSession(host);
  const seen = new Map<string, Observed>();

  test.each(cases)('$name', async (each) => {
    const expected = await direct(each);
    const proxied = await throughProxy(session(), { sdk, each, headers: ownHeaders(cases.indexOf(each)) });
    seen.set(each.name, proxied);
    expect(proxied.result).toEqual(expected.result);
    expect(proxied.heads).toHaveLength(expected.heads.length);
    for (const [index, head] of proxied.heads.entries()) expectSameHead(head, expected.heads[index]);
    for (const [index, request] of proxied.requests.entries()) expectSameRequest(request, expected.requests[index]);
  });

  describe('records', () => {
    let records: CallRecord[];
    // Once for all of them: records are written by the batch.
    beforeAll(async () => {
      records = await session().records();
    });
    test.each(cases)('L1 $name', (each) => {
      const index = String(cases.indexOf(each));
      // Newest first is how records come.
      const own = records.filter(({ properties }) => properties.case === index).reverse();
      expectRecords({ sdk, each, proxied: seen.get(each.name), records: own });
    });
  });
}

/** Makes the call, and has the session expect a record of each request that came through, also where the call failed. */
async function throughProxy<Client>(
  session: Session,
  call: Pick<CallToObserve<Client>, 'sdk' | 'each' | 'headers'>,
): Promise<Observed> {
  const { provider, url } = session;
  const before = provider.requests.length;
  try {
    return await observe({ ...call, provider, url: `${url}/${call.sdk.provider}` });
  } finally {
    session.sentBesides(provider.requests.length - before);
  }
}

/** What the proxy is told besides, so that there is something to keep from the provider. */
function ownHeaders(index: number): Record<string, string> {
  return { 'Helicone-User-Id': 'ada', 'Helicone-Property-Case': String(index) };
}

interface RecordedCase<Client> {
  sdk: Sdk<Client>;
  each: SurfaceCase<Client>;
  proxied: Observed | undefined;
  records: readonly CallRecord[];
}

function expectRecords<Client>({ sdk, each, proxied, records }: RecordedCase<Client>): void {
  expect(records).toHaveLength(each.answers.length);
  for (const [index, record] of records.entries()) {
    const [answer, request] = [each.answers[index], proxied?.requests[index]];
    if (answer === undefined || request === undefined) throw new Error(`request ${index} did not come`);
    expectRecorded({ record, provider: sdk.provider, request, answer, besides: each.record });
    expect(record.request_user_id).toBe('ada');
    const id = proxied?.heads[index]?.headers.get('helicone-id');
    if (id !== undefined) expect(record.request_id).toBe(id);
  }
}
