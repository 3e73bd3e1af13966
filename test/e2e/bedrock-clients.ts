import { createRequire } from 'node:module';
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';

// The SDK speaks HTTP/2 unless it is told otherwise; this comes with it.
const sdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-bedrock-runtime'));
const { NodeHttpHandler } = sdk('@smithy/node-http-handler');

export const MODEL = 'anthropic.claude-3-5-sonnet-20240620-v1:0';

/** What the four operations are asked. */
export const CONVERSATION = {
  modelId: MODEL,
  messages: [{ role: 'user' as const, content: [{ text: 'hello there' }] }],
};
export const INVOCATION = {
  modelId: MODEL,
  contentType: 'application/json',
  accept: 'application/json',
  body: JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'hello there' }],
  }),
};

/** A real client of the proxy that tries each call once. `headers` go with every call, added after it was signed. */
export function bedrockClient(
  endpoint: string,
  config: BedrockRuntimeClientConfig,
  headers: Record<string, string> = {},
): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
    ...config,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, headers);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
