import { get } from '@helicone-proxy/testkit';

/** What one operation answered. */
export interface Walked {
  operation: string;
  status: number;
  /** Headers and body. */
  text: string;
}

interface Operation {
  method: string;
  path: string;
  schema: { properties?: Record<string, unknown> } | null;
}

/** Where REST is, and what a caller has there. */
export interface WalkSetup {
  url: string;
  key: string;
  /** Ids of records. */
  requestIds: readonly string[];
  /** A property that records have. */
  propertyKey: string;
}

/** Intake has been walked with logs; what it answers is among the answers to them. */
const NOT_WALKED = /\/log$|\/log\/typed$|\/log-python$|\/traces$|\/trace\/|^delete /;

/**
 * Calls every operation that the OpenAPI document names, with what its body asks for where we have it: those that read give all
 * that there is, with bodies; those that write write something harmless.
 */
export async function walkRest(setup: WalkSetup): Promise<Walked[]> {
  const walked: Walked[] = [];
  const made: Record<string, string> = {};
  for (const operation of await operationsOf(setup)) {
    const { method, path, schema } = operation;
    if (NOT_WALKED.test(`${method} ${path}`)) continue;
    const ids = path.includes('{requestId}') ? setup.requestIds : [''];
    for (const requestId of ids) {
      const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
        encodeURIComponent({ requestId, propertyKey: setup.propertyKey, ...made }[name] ?? 'none'),
      );
      const answer = await send(setup, {
        method,
        path: filled,
        json: schema === null ? null : sampleOf(schema, setup),
      });
      walked.push({ operation: `${method} ${path}`, ...answer });
      learn(path, answer.text, made);
    }
  }
  return walked;
}

async function operationsOf(setup: WalkSetup): Promise<Operation[]> {
  const { text } = await send(setup, { method: 'get', path: '/openapi.json', json: null });
  const { paths } = JSON.parse(text.slice(text.indexOf('\n'))) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: Operation['schema'] }> } }>
    >;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method,
      path,
      schema: requestBody?.content['application/json']?.schema ?? null,
    })),
  );
  // What is made first can be read afterwards.
  return operations.sort((a, b) => Number(b.method === 'put') - Number(a.method === 'put'));
}

async function send(
  { url, key }: WalkSetup,
  { method, path, json }: { method: string; path: string; json: object | null },
): Promise<{ status: number; text: string }> {
  const { status, rawHeaders, body } = await get(`${url}/api${path}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(method === 'get' ? {} : { body: JSON.stringify(json ?? {}) }),
  });
  return { status, text: `${JSON.stringify(rawHeaders)}\n${body}` };
}

/** Something for every member of a body that we know. */
function sampleOf({ properties = {} }: { properties?: Record<string, unknown> }, setup: WalkSetup): object {
  const hour = 3_600_000;
  const timeFilter = { start: new Date(0).toISOString(), end: new Date(Date.now() + hour).toISOString() };
  const samples: Record<string, unknown> = {
    filter: 'all',
    limit: 1000,
    includeBodies: true,
    timeFilter,
    requestIds: setup.requestIds,
    addRequests: setup.requestIds,
    rating: true,
    scores: { harmless: 1 },
    key: 'harmless',
    value: 'harmless',
    tag: 'harmless',
    datasetName: 'harmless',
    'helicone-id': setup.requestIds[0],
    propertyKey: setup.propertyKey,
    destination: 'https://hooks.example.com/harmless',
    requestBody: { a: 1 },
    responseBody: { a: 1 },
    timeZoneDifference: 0,
    sessionId: 'none',
  };
  const known = Object.keys(properties).filter((name) => Object.hasOwn(samples, name));
  return Object.fromEntries(known.map((name) => [name, samples[name]]));
}

/** Ids of what was made. */
function learn(path: string, text: string, made: Record<string, string>): void {
  const found = /"(?:datasetId|id)":"([^"]+)"/.exec(text)?.[1];
  if (found === undefined) return;
  if (path === '/v1/helicone-dataset') made.datasetId = found;
  else if (path === '/v1/webhooks') made.webhookId = found;
  else if (path === '/v1/helicone-dataset/{datasetId}/query') made.rowId = found;
}
