import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';
import { CORS_ORIGIN, type HostSetup } from './host.js';

/** What a setup asks of the host, as hooks and plugins of Fastify. */
export async function addFastifyHooks(app: FastifyInstance, setup: HostSetup): Promise<void> {
  const { log, sees, headers, cors, fails, compression } = setup;
  if (log !== undefined) {
    app.addHook('onResponse', ({ method, url }, { statusCode }, done) => {
      log({ method, url, status: statusCode });
      done();
    });
  }
  if (headers !== undefined) {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
  }
  if (cors === true) {
    app.addHook('onRequest', ({ method }, reply, done) => {
      reply.headers({ 'access-control-allow-origin': CORS_ORIGIN, vary: 'Origin' });
      if (method === 'OPTIONS') reply.code(204).header('access-control-allow-methods', 'GET, POST').send();
      else done();
    });
  }
  if (fails === true) {
    app.addHook('onRequest', (request, _reply, done) =>
      done(request.headers['x-host-fails'] === undefined ? undefined : new Error('the host fails')),
    );
  }
  if (compression === true) await app.register(fastifyCompress, { threshold: 0 });
  if (sees !== undefined) {
    app.addHook('onSend', (_request, _reply, payload, done) => {
      sees(payload);
      done(null, payload);
    });
  }
}
