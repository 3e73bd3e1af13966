// Azure OpenAI and Vertex AI by their own clients: what arrives there, and what is recorded.
import { createRequire } from 'node:module';
import { GoogleGenAI } from '@google/genai';
import { type ScriptedProvider, startScriptedProvider } from '@helicone-proxy/testkit';
import { AzureOpenAI } from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';

// Comes with Google's client, which takes one of its own making in place of what it finds on the machine.
const google = createRequire(createRequire(import.meta.url).resolve('@google/genai'));
const { OAuth2Client } = google('google-auth-library');

const OUR_KEY = 'sk-ours-0123456789';
const auth = { keys: { [OUR_KEY]: {} } };

let cloud: ScriptedProvider;
let host: ExpressHost;
beforeEach(async () => {
  cloud = await startScriptedProvider();
});
afterEach(async () => {
  await host.close();
  await cloud.close();
});

function answerWith(body: object): void {
  const headers: [string, string][] = [['content-type', 'application/json']];
  cloud.script = (exchange) => exchange.respond({ headers, framing: 'length' }, [JSON.stringify(body)]);
}

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
};

test('Azure: deployment path, api-version and the server’s key in api-key', async () => {
  answerWith(COMPLETION);
  host = await startExpressHost({ auth, providers: { azure: { baseUrl: cloud.origin, apiKey: 'azure-server-key' } } });
  const azure = new AzureOpenAI({
    endpoint: `${host.url}/helicone/azure`,
    apiKey: OUR_KEY,
    apiVersion: '2024-10-21',
    deployment: 'our mini',
    maxRetries: 0,
  });
  const messages = [{ role: 'user' as const, content: 'hello' }];
  const { data, response } = await azure.chat.completions.create({ model: 'any', messages }).withResponse();
  expect(data.choices[0]?.message.content).toBe('hi');
  const seen = cloud.requests[0];
  expect(seen?.target).toBe('/openai/deployments/our%20mini/chat/completions?api-version=2024-10-21');
  expect(seen?.header('api-key')).toBe('azure-server-key');
  expect(seen?.header('authorization')).toBeUndefined();
  expect(seen?.rawHead).not.toContain(OUR_KEY);
  expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
    provider: 'azure',
    model: 'gpt-4o-mini-2024-07-18',
    target_url: `${cloud.origin}/openai/deployments/our%20mini/chat/completions`,
    prompt_tokens: 9,
    completion_tokens: 1,
    finish_reason: 'stop',
  });
});

test('Vertex: project path and an access token that is asked for', async () => {
  answerWith({
    candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 1, totalTokenCount: 5 },
    modelVersion: 'gemini-2.5-flash',
  });
  let asked = 0;
  const apiKey = async (): Promise<string> => {
    asked += 1;
    return `ya29.token-${asked}`;
  };
  host = await startExpressHost({ auth, providers: { vertex: { baseUrl: cloud.origin, apiKey } } });
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: OUR_KEY });
  const vertex = new GoogleGenAI({
    vertexai: true,
    project: 'our-project',
    location: 'europe-west4',
    googleAuthOptions: { authClient },
    httpOptions: { baseUrl: `${host.url}/helicone/vertex` },
  });
  const question = { model: 'gemini-2.5-flash', contents: 'hello' };
  for (let call = 1; call <= 2; call += 1) {
    expect((await vertex.models.generateContent(question)).text).toBe('hi');
    expect(cloud.requests[call - 1]?.header('authorization')).toBe(`Bearer ya29.token-${call}`);
  }
  const path =
    '/v1beta1/projects/our-project/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent';
  expect(cloud.requests[0]?.target).toBe(path);
  expect(cloud.requests[0]?.rawHead).not.toContain(OUR_KEY);
  const records = await host.records();
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject({
    provider: 'vertex',
    model: 'gemini-2.5-flash',
    target_url: cloud.origin + path,
    prompt_tokens: 4,
    completion_tokens: 1,
  });
});
