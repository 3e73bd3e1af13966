import type { Script } from '@helicone-proxy/testkit';
import { answerChat } from '../../rig/proxy-rig.ts';

/** What the provider does depends on the path. */
export const canaryProvider: Script = (exchange) => {
  const { target } = exchange.request;
  if (target.includes('reset')) return exchange.reset();
  if (target.includes('silent')) return;
  if (target.includes('cut')) return exchange.head({ framing: 'length', length: 99 }).then(() => exchange.cut());
  if (target.includes('error'))
    return exchange.respond({ status: 401, framing: 'length' }, ['{"error":{"message":"no"}}']);
  if (target.includes('garbled')) return garbled(exchange);
  if (target.includes('echo')) return echo(exchange);
  return answerChat(exchange);
};

/** Says back what it was sent where no client can read it: undici's error quotes it. */
const garbled: Script = async (exchange) => {
  const { rawHead, target } = exchange.request;
  await exchange.request.ended;
  const head = target.includes('chunk') ? '\r\ntransfer-encoding: chunked\r\n\r\n' : '\r\n: ';
  await exchange.raw(`HTTP/1.1 200 OK${head}${rawHead}`);
};

/** Says back all that it was sent: in an error, in its headers, in the pieces of a stream. */
const echo: Script = async (exchange) => {
  const { request } = exchange;
  await request.ended;
  const said = `Incorrect key: ${request.rawHead} ${encodeURIComponent(request.rawHead)} ${request.body.toString()}`;
  if (!request.target.includes('stream')) {
    const body = JSON.stringify({ error: { message: said, code: 'invalid_api_key' } });
    return exchange.respond({ status: 401, headers: [['content-type', 'application/json']], framing: 'length' }, [
      body,
    ]);
  }
  const pieces = said.match(/.{1,7}/gs) ?? [];
  const events = pieces.map(
    (content) =>
      `data: ${JSON.stringify({ model: said, choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
  );
  const error = `data: ${JSON.stringify({ error: { message: said } })}\n\n`;
  return exchange.respond({ headers: [['content-type', 'text/event-stream']], framing: 'chunked' }, [...events, error]);
};
