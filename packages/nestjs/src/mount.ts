import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { FrontDesk, HostHeaders } from '@helicone-proxy/node';
import type { AbstractHttpAdapter } from '@nestjs/core';

interface ExpressRequest extends IncomingMessage {
  originalUrl: string;
}

// What is used of Fastify, so that Nest on Express needs none.
interface FastifyRequest {
  raw: IncomingMessage;
  originalUrl: string;
}

interface FastifyReply {
  raw: ServerResponse;
  getHeaders(): HostHeaders;
  code(status: number): FastifyReply;
  headers(headers: OutgoingHttpHeaders): FastifyReply;
  send(body: Buffer): FastifyReply;
  hijack(): FastifyReply;
}

interface FastifyInstance {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: (error?: unknown) => void) => void,
  ): unknown;
}

/** Puts the proxy behind whatever the application has put before it, and before its controllers. */
export function mount(adapter: AbstractHttpAdapter<Server>, desk: FrontDesk): void {
  if (adapter.getType() === 'fastify') mountOnFastify(adapter.getInstance<FastifyInstance>(), desk);
  else
    adapter.use((req: ExpressRequest, res: ServerResponse, next: (error?: unknown) => void) => {
      desk.handle(req, res, { mountPath: '', url: req.originalUrl, host: req, next });
    });
}

/** A hook, since Fastify's reply, which has the headers that plugins have set, is out of reach of a Nest middleware. */
function mountOnFastify(instance: FastifyInstance, desk: FrontDesk): void {
  instance.addHook('onRequest', (request, reply, done) => {
    desk.handle(request.raw, reply.raw, {
      mountPath: '',
      url: request.originalUrl,
      host: request,
      next: done,
      hostHeaders: () => reply.getHeaders(),
      reply: ({ status, headers, body }) => reply.code(status).headers(headers).send(body),
      takeOver: () => reply.hijack(),
    });
  });
}
