// The provider: answers a chat call at once, or as a stream of one packet per event.
import { createServer } from 'node:http';
import { answers, events } from './payloads.ts';

/** Between two events of a stream, ms: long enough that no two share a packet. */
const EVENT_MS = 4;

let turn = 0;

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    if (!Buffer.concat(chunks).includes('"stream":true')) {
      const answer = answers[turn++ % answers.length] as Buffer;
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      res.end(answer);
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    let next = 0;
    const timer = setInterval(() => {
      res.write(events[next++]);
      if (next < events.length) return;
      clearInterval(timer);
      res.end();
    }, EVENT_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
process.once('disconnect', () => process.exit());
