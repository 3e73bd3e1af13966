import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import Koa2 from 'koa2';
import { expressHost } from './hosts/express.js';
import { FASTIFY } from './hosts/fastify.js';
import type { Host } from './hosts/host.js';
import { koaHost } from './hosts/koa.js';
import { NEST_ON_EXPRESS, NEST_ON_FASTIFY } from './hosts/nestjs.js';
import { NODE_HTTP } from './hosts/node-http.js';

export type { BodyKind, Host, HostSetup, Parser, ParserFacts, RunningHost } from './hosts/host.js';
export { type AccessLine, CORS_ORIGIN, NO_SUCH_PAGE } from './hosts/host.js';

/** Every case of the conformance suite runs over each of these; an adapter joins by one line. */
export const HOSTS: readonly Host[] = [
  NODE_HTTP,
  expressHost('express 5', express),
  expressHost('express 4', express4, { older: true }),
  koaHost('koa 3', Koa),
  koaHost('koa 2', Koa2, { older: true }),
  FASTIFY,
  NEST_ON_EXPRESS,
  NEST_ON_FASTIFY,
];

/** For cases that take long: one version of each framework. */
export const NEWEST_HOSTS: readonly Host[] = HOSTS.filter(({ older }) => older !== true);
