import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Route } from './route.js';

const ErrorAnswer = z
  .object({ data: z.null(), error: z.string().meta({ description: 'What is wrong, beginning with its place.' }) })
  .meta({ id: 'Error', description: 'Every answer that is not a success.' });

/** Any of them will do. */
const KEYS: Record<string, string[]>[] = [{ bearer: [] }, { heliconeAuth: [] }];

const WHAT_IT_IS = `Helicone's paths and JSON. An answer is \`{ data, error }\`, one of which is null, unless said otherwise; its status \
tells the truth. A key sees the records of its tenant only.`;

/** The description of the operations as an OpenAPI 3.1 document. Takes some 10 ms: make it once. */
export function openApiDocument(routes: readonly Route[]): ReturnType<typeof createDocument> {
  const description: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: 'helicone-proxy', version: '1', description: WHAT_IT_IS },
    // Against the place of this document, so that it holds behind a reverse proxy that takes a path off.
    servers: [{ url: '../api' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(routes),
    components: {
      schemas: { Error: ErrorAnswer },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of the proxy.' },
        heliconeAuth: { type: 'apiKey', in: 'header', name: 'Helicone-Auth', description: '`Bearer <key>`, as well.' },
      },
    },
    security: KEYS,
  };
  return createDocument(description);
}

/** `/v1/request/:requestId` as OpenAPI writes it. */
export function openApiPath(pattern: string): string {
  return pattern.replace(/:([^/]+)/g, '{$1}');
}

function pathsOf(routes: readonly Route[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = openApiPath(route.pattern);
    const method = route.method.toLowerCase() as 'get';
    paths[path] = { ...paths[path], [method]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { method, pattern, access, tag, summary, query } = route;
  const names = pattern.split('/').filter((segment) => segment.startsWith(':'));
  return {
    operationId: `${method.toLowerCase()}${pattern.split('/').map(wordOf).join('')}`,
    tags: [tag],
    summary,
    ...(access === 'read' ? { description: 'Not for keys that only log.' } : {}),
    ...(access === 'open' ? { security: [] } : {}),
    ...(names.length === 0 && query === undefined ? {} : { requestParams: parametersOf(names, query) }),
    ...bodyOf(route),
    responses: {
      [String(route.status ?? 200) as '200']: successOf(route),
      '4XX': failure('Something is wrong with the request.'),
      '5XX': failure('The records cannot be reached, or the proxy is shutting down.'),
    },
  };
}

function parametersOf(
  names: readonly string[],
  query: z.ZodType | undefined,
): ZodOpenApiOperationObject['requestParams'] {
  const path = z.object(Object.fromEntries(names.map((name) => [name.slice(1), z.string()])));
  return {
    ...(names.length === 0 ? {} : { path }),
    ...(query === undefined ? {} : { query: query as z.ZodObject }),
  };
}

/** `request` becomes `Request`, `query-ids` `QueryIds` and `:requestId` `ByRequestId`. */
function wordOf(segment: string): string {
  const words = segment.replace(/^:/, 'by-').split(/[-.]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** No body at all counts as `{}`. */
function bodyOf({ body, takes }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body !== undefined) {
    const required = !body.safeParse({}).success;
    return { requestBody: { required, content: { 'application/json': { schema: body } } } };
  }
  return takes === undefined ? {} : { requestBody: { required: true, content: anyOf(takes) } };
}

function successOf({ data, plain, answers, summary }: Route): ZodOpenApiResponseObject {
  if (plain !== undefined) return { description: summary, content: { 'application/json': { schema: plain } } };
  if (data === undefined)
    return { description: summary, ...(answers === undefined ? {} : { content: anyOf(answers) }) };
  const schema = z.object({ data, error: z.null() });
  return { description: summary, content: { 'application/json': { schema } } };
}

/** Media types of which nothing more is said. */
function anyOf(types: string): ZodOpenApiContentObject {
  return Object.fromEntries(types.split(', ').map((type) => [type, {}]));
}

function failure(description: string): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema: ErrorAnswer } } };
}
