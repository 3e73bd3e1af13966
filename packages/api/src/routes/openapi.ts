// What this API can do, for tools.
import { PlainAnswer, type Route, route } from '../route.js';

/** The route of the OpenAPI document; `routes` are those that it describes. */
export function openApiRoute(routes: () => readonly Route[]): Route {
  let made: Promise<Uint8Array> | null = null;
  return route({
    method: 'GET',
    pattern: '/openapi.json',
    access: 'open',
    tag: 'About',
    summary: 'This document.',
    answers: 'application/json',
    async handle() {
      made ??= documentOf(routes());
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
      return new PlainAnswer({ status: 200, headers, body: await made });
    },
  });
}

/** Loaded when first asked: nobody else needs what writes the document. */
async function documentOf(routes: readonly Route[]): Promise<Uint8Array> {
  const { openApiDocument } = await import('../openapi.js');
  return Buffer.from(JSON.stringify(openApiDocument(routes)));
}
