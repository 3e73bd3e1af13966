import { createServer, type IncomingMessage } from 'node:http';
import { verifyWebhook } from './verify-webhook.ts';

const key = process.env.WEBHOOK_KEY ?? '';
/** Ids of deliveries that were dealt with: one whose answer got lost comes again, under the same id. */
const seen = new Set<string>();

const server = createServer(async (req, res) => {
  const body = await bodyOf(req);
  if (!verifyWebhook(key, req.headers, body)) {
    res.writeHead(401).end();
    return;
  }
  // Answer at once and work later: a delivery that gets no 2xx within 30 s is sent again.
  res.writeHead(204).end();
  const id = String(req.headers['helicone-webhook-id']);
  if (seen.has(id)) return;
  seen.add(id);
  const { request_id, model, status, metadata } = JSON.parse(body.toString());
  console.log(`${request_id} ${model} ${status} ${metadata?.totalTokens} tokens ${metadata?.cost} USD`);
});

server.listen(Number(process.env.PORT ?? 4000), () => {
  const address = server.address();
  console.log(`Waiting at http://localhost:${typeof address === 'object' ? address?.port : address}`);
});

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}
