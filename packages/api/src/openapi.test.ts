import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from './openapi.js';
import { type Route, route } from './route.js';
import { ROUTES } from './routes.js';

const named = (given: Partial<Route> = {}): Route =>
  route({
    method: 'POST',
    pattern: '/v1/thing/:thingId/part-two/:part',
    access: 'read',
    tag: 'Things',
    summary: 'A thing.',
    data: z.null(),
    handle: async () => null,
    ...given,
  } as Parameters<typeof route>[0]);

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at many places
const operation = (given: Partial<Route> = {}): any =>
  Object.values(openApiDocument([named(given)]).paths ?? {})[0]?.[(given.method ?? 'POST').toLowerCase() as 'post'];

describe('openApiDocument', () => {
  test('every route is in it, and nothing else', () => {
    const document = openApiDocument(ROUTES);
    const described = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = ROUTES.map(({ method, pattern }) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(declared.sort());
    expect(new Set(declared).size, 'no operation is declared twice').toBe(declared.length);
  });

  test('operation ids and path parameters', () => {
    const { paths } = openApiDocument([named()]);
    expect(Object.keys(paths ?? {})).toEqual(['/v1/thing/{thingId}/part-two/{part}']);
    const { operationId, parameters, tags, summary } = operation();
    expect([operationId, tags, summary]).toEqual(['postV1ThingByThingIdPartTwoByPart', ['Things'], 'A thing.']);
    expect(parameters).toEqual([
      { name: 'thingId', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'part', in: 'path', required: true, schema: { type: 'string' } },
    ]);
  });

  test('a body that may be left out, and one that may not', () => {
    const [optional, required] = [z.object({ a: z.int().default(1) }), z.object({ a: z.int() })];
    expect(operation({ body: optional }).requestBody.required).toBe(false);
    expect(operation({ body: required }).requestBody.required).toBe(true);
    expect(operation({ body: required }).requestBody.content['application/json'].schema.required).toEqual(['a']);
    expect(operation({ takes: 'text/plain, a/b' }).requestBody).toEqual({
      required: true,
      content: { 'text/plain': {}, 'a/b': {} },
    });
    expect(operation()).not.toHaveProperty('requestBody');
  });

  test('data in the envelope, or an answer without one', () => {
    const schema = operation({ data: z.int(), status: 201 }).responses['201'].content['application/json'].schema;
    expect(schema.properties).toMatchObject({ data: { type: 'integer' }, error: { type: 'null' } });
    expect(schema.required).toEqual(['data', 'error']);
    const plain = operation({ data: undefined, answers: 'text/csv, application/json' }).responses['200'];
    expect(plain.content).toEqual({ 'text/csv': {}, 'application/json': {} });
    const json = operation({ data: undefined, plain: z.int() }).responses['200'];
    expect(json.content).toEqual({ 'application/json': { schema: expect.objectContaining({ type: 'integer' }) } });
    const error = operation().responses['4XX'].content['application/json'].schema;
    expect(error).toEqual({ $ref: '#/components/schemas/Error' });
  });

  test('a query, and who may', () => {
    const query = z.strictObject({ format: z.enum(['a', 'b']).default('a'), limit: z.string().optional() });
    const { parameters } = operation({ method: 'GET', query });
    expect(parameters.slice(2)).toMatchObject([
      { name: 'format', in: 'query', schema: { enum: ['a', 'b'], default: 'a' } },
      { name: 'limit', in: 'query' },
    ]);
    expect(operation({ access: 'open' }).security).toEqual([]);
    expect(operation()).not.toHaveProperty('security');
    expect(openApiDocument([]).security).toEqual([{ bearer: [] }, { heliconeAuth: [] }]);
  });
});
