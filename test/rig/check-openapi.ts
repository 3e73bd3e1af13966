import { createRequire } from 'node:module';

type Json = Record<string, unknown>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** What Ajv is asked. Fastify brings it; it is reached the way that Node finds it from there. */
interface SchemaChecker {
  validateSchema(schema: unknown): boolean | Promise<unknown>;
  errorsText(): string;
}

function schemaChecker(): SchemaChecker {
  const fastify = createRequire(createRequire(import.meta.url).resolve('fastify'));
  const compiler = createRequire(fastify.resolve('@fastify/ajv-compiler'));
  const { Ajv2020 } = compiler('ajv/dist/2020') as { Ajv2020: new (options: object) => SchemaChecker };
  return new Ajv2020({ strict: false, logger: false });
}

/**
 * What is wrong with an OpenAPI 3.1 document, each with its place: the structure that the specification asks for, references that lead
 * nowhere, and schemas that are not JSON Schema 2020-12.
 */
export function openApiProblems(document: Json): string[] {
  const problems: string[] = [];
  const wrong = (place: string, problem: string): void => {
    problems.push(`${place}: ${problem}`);
  };
  if (!/^3\.1\.\d+$/.test(String(document.openapi))) wrong('openapi', 'must be 3.1');
  const info = object(document.info);
  if (typeof info.title !== 'string' || typeof info.version !== 'string') wrong('info', 'must have title and version');
  const tags = new Set(list(document.tags).map((tag) => object(tag).name));
  const schemes = new Set(Object.keys(object(object(document.components).securitySchemes)));
  const ids = new Set<unknown>();
  for (const [path, item] of Object.entries(object(document.paths))) {
    if (!path.startsWith('/')) wrong(path, 'must begin with a slash');
    for (const [method, given] of Object.entries(object(item))) {
      const place = `${method} ${path}`;
      if (!METHODS.includes(method)) wrong(place, 'is no method');
      const operation = object(given);
      if (ids.has(operation.operationId)) wrong(place, 'its operationId is not unique');
      ids.add(operation.operationId);
      if (typeof operation.summary !== 'string') wrong(place, 'has no summary');
      for (const tag of list(operation.tags)) if (!tags.has(tag)) wrong(place, `tag ${tag} is not declared`);
      problems.push(...securityProblems(operation.security ?? document.security, schemes, place));
      problems.push(...parameterProblems(path, list(operation.parameters), place));
      problems.push(...contentProblems(operation, place));
    }
  }
  problems.push(...referenceProblems(document), ...schemaProblems(document));
  return problems;
}

function securityProblems(security: unknown, schemes: ReadonlySet<string>, place: string): string[] {
  const names = list(security).flatMap((requirement) => Object.keys(object(requirement)));
  return names.filter((name) => !schemes.has(name)).map((name) => `${place}: security scheme ${name} is not declared`);
}

function parameterProblems(path: string, parameters: unknown[], place: string): string[] {
  const problems: string[] = [];
  const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  const declared = parameters.map(object).filter((each) => each.in === 'path');
  if (declared.map(({ name }) => name).join() !== named.join()) problems.push(`${place}: path parameters do not fit`);
  if (declared.some(({ required }) => required !== true)) problems.push(`${place}: a path parameter is not required`);
  const keys = parameters.map(object).map((each) => `${each.in} ${each.name}`);
  if (new Set(keys).size !== keys.length) problems.push(`${place}: a parameter is declared twice`);
  for (const parameter of parameters.map(object)) {
    const one = ['schema', 'content'].filter((key) => parameter[key] !== undefined);
    if (one.length !== 1) problems.push(`${place}: parameter ${parameter.name} needs a schema or content`);
    if (!['query', 'path', 'header'].includes(String(parameter.in)))
      problems.push(`${place}: ${parameter.in} is no place`);
  }
  return problems;
}

function contentProblems({ requestBody, responses }: Json, place: string): string[] {
  const problems: string[] = [];
  if (requestBody !== undefined && !hasTypes(requestBody)) problems.push(`${place}: the body has no media type`);
  const answers = Object.entries(object(responses));
  if (!answers.some(([status]) => status.startsWith('2'))) problems.push(`${place}: no answer of success`);
  for (const [status, answer] of answers) {
    if (!/^(default|[1-5](\d\d|XX))$/.test(status)) problems.push(`${place}: ${status} is no status`);
    const { description, content } = object(answer);
    if (typeof description !== 'string') problems.push(`${place} ${status}: no description`);
    if (content !== undefined && !hasTypes(answer)) problems.push(`${place} ${status}: no media type`);
  }
  return problems;
}

function hasTypes(given: unknown): boolean {
  const types = Object.keys(object(object(given).content));
  return types.length > 0 && types.every((type) => /^[\w.+-]+\/[\w.+*-]+$/.test(type));
}

function referenceProblems(document: Json): string[] {
  return findAll(document, '$ref').flatMap(({ place, value }) => {
    if (typeof value !== 'string' || !value.startsWith('#/')) return [`${place}: ${value} is no reference`];
    let target: unknown = document;
    for (const segment of value.slice(2).split('/')) {
      target = object(target)[segment.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    return target === undefined ? [`${place}: ${value} leads nowhere`] : [];
  });
}

function schemaProblems(document: Json): string[] {
  const checker = schemaChecker();
  const components = Object.entries(object(object(document.components).schemas));
  const schemas = [
    ...findAll(document.paths, 'schema'),
    ...components.map(([name, value]) => ({ place: `components.schemas.${name}`, value })),
  ];
  return schemas.flatMap(({ place, value }) =>
    checker.validateSchema(value) === true ? [] : [`${place}: ${checker.errorsText()}`],
  );
}

function findAll(value: unknown, key: string, place = ''): { place: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${place}.${name}`;
    return name === key ? [{ place: here, value: inner }] : findAll(inner, key, here);
  });
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
