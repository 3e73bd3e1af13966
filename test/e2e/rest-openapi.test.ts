// The description of REST: served to anybody, valid, and of exactly what there is.
import { get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../packages/api/src/routes.js';
import { openApiProblems } from '../rig/check-openapi.js';
import { startedHere } from '../rig/started.js';

const { rig } = startedHere();

async function fetchDocument(url: string) {
  const { status, body, header } = await get(`${url}/api/openapi.json`, { method: 'GET' });
  expect([status, header('content-type')]).toEqual([200, 'application/json']);
  return JSON.parse(body.toString());
}

describe('/api/openapi.json', () => {
  test('is a valid document of all operations, open to anybody', async () => {
    const { url } = await rig({ auth: { keys: { 'sk-a': {} } } });
    const document = await fetchDocument(url);
    expect(openApiProblems(document)).toEqual([]);
    const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = ROUTES.map(({ method, pattern }) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(declared.sort());
  });

  test('says where the operations are, wherever it is mounted', async () => {
    for (const basePath of ['/helicone', '/', '/a/b']) {
      const { origin } = await rig({ basePath });
      const url = `${origin}${basePath === '/' ? '' : basePath}/api/openapi.json`;
      const { servers } = JSON.parse((await get(url, { method: 'GET' })).body.toString());
      const server = new URL(servers[0].url, url).href;
      const { status } = await get(`${server}/v1/request/count/query`, { body: '{}' });
      expect([basePath, status]).toEqual([basePath, 200]);
    }
  });

  test('operations that need no key are marked, and no others', async () => {
    const { url } = await rig({ auth: { keys: { 'sk-a': {} } } });
    const { paths } = await fetchDocument(url);
    const open = Object.entries<Record<string, { security?: unknown[] }>>(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const declared = ROUTES.filter(({ access }) => access === 'open');
    expect(open.sort()).toEqual(
      declared.map((one) => `${one.method} ${one.pattern.replace(/:(\w+)/g, '{$1}')}`).sort(),
    );
    expect(open).toContain('GET /openapi.json');
  });
});

describe('the check itself', () => {
  const operation = (given: object) => ({
    operationId: 'a',
    summary: 'A.',
    tags: [],
    responses: { 200: { description: 'A.' } },
    ...given,
  });
  const documentOf = (paths: object) => ({ openapi: '3.1.0', info: { title: 'a', version: '1' }, paths });

  test('finds nothing wrong where nothing is', () => {
    expect(openApiProblems(documentOf({ '/a': { get: operation({}) } }))).toEqual([]);
  });

  test.each<[string, object]>([
    ['path parameters do not fit', { '/a/{b}': { get: operation({}) } }],
    ['its operationId is not unique', { '/a': { get: operation({}), post: operation({}) } }],
    ['tag x is not declared', { '/a': { get: operation({ tags: ['x'] }) } }],
    ['security scheme x is not declared', { '/a': { get: operation({ security: [{ x: [] }] }) } }],
    ['no answer of success', { '/a': { get: operation({ responses: {} }) } }],
    ['the body has no media type', { '/a': { get: operation({ requestBody: { content: {} } }) } }],
    ['leads nowhere', { '/a': { get: operation({ x: { $ref: '#/components/schemas/B' } }) } }],
    [
      'type must be',
      {
        '/a': {
          get: operation({ responses: { 200: { description: '', content: { 'a/b': { schema: { type: 'odd' } } } } } }),
        },
      },
    ],
  ])('finds: %s', (problem, paths) => {
    expect(openApiProblems(documentOf(paths)).join('\n')).toContain(problem);
  });
});
