// Helicone's published async logger in a process of its own: it registers itself with OpenTelemetry for good.
// Arguments: where its traces go, and the base URL of the provider.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , traces = '', provider = ''] = process.argv;

// The package and Traceloop's SDK below it use packages of OpenTelemetry that they do not declare, and get whichever the tree has.
// They must be of the time of those that are declared.
const UNDECLARED = /^@opentelemetry\/(resources|semantic-conventions|sdk-trace-node|exporter-trace-otlp-http)$/;
const { resolve } = createRequire(import.meta.url);
const traceloop = createRequire(resolve('@helicone/helicone')).resolve('@traceloop/node-server-sdk');
const declared = createRequire(createRequire(traceloop).resolve('@opentelemetry/sdk-node'));
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    const isTheirs = /@traceloop\/node-server-sdk|@helicone\/helicone/.test(parentURL);
    if (!isTheirs || !UNDECLARED.test(specifier)) return next(specifier, context);
    return { url: pathToFileURL(declared.resolve(specifier)).href, format: 'commonjs', shortCircuit: true };
  },
});
const { HeliconeAsyncLogger } = await import('@helicone/helicone');

// It watches the SDK that it brings with it.
const OpenAI = createRequire(resolve('@helicone/helicone'))('openai');
const logger = new HeliconeAsyncLogger({
  apiKey: 'pk-log',
  baseUrl: traces,
  providers: { openAI: OpenAI },
  headers: { 'Helicone-Property-App': 'door' },
});
logger.init();

const client = new OpenAI({ apiKey: 'sk-provider', baseURL: `${provider}/v1`, maxRetries: 0 });
const asked = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const answer = await client.chat.completions.create(asked);
let streamed = '';
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
}
let failure = '';
try {
  await client.chat.completions.create({ ...asked, model: 'broken' });
} catch (error) {
  failure = (error as Error).message;
}
process.send?.({ done: { answer: answer.choices[0].message.content, streamed, failure } });
