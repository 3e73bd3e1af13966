import { get } from '@helicone-proxy/testkit';
import { CANARIES } from './canaries.ts';
import type { CanaryRig } from './canary-rig.ts';

const HEADERS = { authorization: `Bearer ${CANARIES['Helicone-Auth']}`, 'content-type': 'application/json' };

/** Tells of calls that were made elsewhere, with secrets wherever loggers and instrumentations put some. */
export async function plantLogs(rig: CanaryRig): Promise<void> {
  const sent: [path: string, body: object][] = [
    ['/api/custom/v1/log', logOf(200)],
    ['/api/oai/v1/log', logOf(401)],
    ['/api/v1/log', { ...logOf(500), providerResponse: { status: 500, headers: RESPONSE_HEADERS, textBody: SAID } }],
    ['/api/v1/log', { providerRequest: CANARIES['a key in a log’s meta'] }],
    ['/api/v1/traces', traceOf({ code: 1 })],
    ['/api/v1/traces', traceOf({ code: 2, message: said('a header of a span', 'an attribute of a span') })],
    ['/api/v1/traces', { resourceSpans: CANARIES['an attribute of a span'] }],
  ];
  for (const [path, body] of sent) {
    const received = await get(rig.url + path, { headers: HEADERS, body: JSON.stringify(body) });
    rig.answers.push({ received, ofProvider: false });
  }
}

function said(...which: (keyof typeof CANARIES)[]): string {
  return `Incorrect key: ${which.map((each) => CANARIES[each]).join(' ')}`;
}

/** Some loggers send their own request's headers as the answer's. */
const RESPONSE_HEADERS = { Authorization: `Bearer ${CANARIES['a key in a log’s headers']}` };

/** What a provider says of the keys that every log shows. */
const SAID = said('Helicone-Auth', 'a key in a log’s meta', 'a key in a log’s URL');

function logOf(status: number): object {
  const text = `${SAID} ${CANARIES['a key in a log’s headers']}`;
  return {
    providerRequest: {
      url: `https://api.example.com/v1/chat/completions?key=${CANARIES['a key in a log’s URL']}`,
      json: { model: text, messages: [{ role: 'user', content: text }] },
      meta: {
        'Helicone-Auth': `Bearer ${CANARIES['a key in a log’s meta']}`,
        'Helicone-User-Id': text,
        'Helicone-Property-Text': text,
      },
    },
    providerResponse: {
      status,
      headers: RESPONSE_HEADERS,
      json: status === 200 ? { model: text, choices: [{ message: { content: text } }] } : { error: { message: text } },
    },
    timing: {
      startTime: { seconds: 1_767_000_000, milliseconds: 0 },
      endTime: { seconds: 1_767_000_001, milliseconds: 0 },
    },
  };
}

function traceOf(status: object): object {
  const text = said('Helicone-Auth', 'a header of a span', 'a key in a span’s URL', 'an attribute of a span');
  const value = (stringValue: string) => ({ stringValue });
  const attributes = [
    { key: 'gen_ai.operation.name', value: value('chat') },
    { key: 'gen_ai.request.model', value: value(text) },
    {
      key: 'gen_ai.input.messages',
      value: value(JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }])),
    },
    { key: 'user.id', value: value(text) },
    { key: 'url.full', value: value(`https://api.example.com/v1/chat?key=${CANARIES['a key in a span’s URL']}`) },
    {
      key: 'http.request.header.authorization',
      value: { arrayValue: { values: [value(`Bearer ${CANARIES['a header of a span']}`)] } },
    },
    { key: 'llm.api_key', value: value(CANARIES['an attribute of a span']) },
  ];
  const ids = {
    traceId: crypto.randomUUID().replaceAll('-', ''),
    spanId: crypto.randomUUID().replaceAll('-', '').slice(16),
  };
  const times = { startTimeUnixNano: '1767000000000000000', endTimeUnixNano: '1767000001000000000' };
  return {
    resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...times, name: text, kind: 3, attributes, status }] }] }],
  };
}
