// Calls with rate limits, and what their windows stand at.
import type { Received } from '@helicone-proxy/testkit';
import { CHAT_PATH, type ProxyRig } from '../rig/proxy-rig.js';
import { until } from '../rig/until.js';

export const POLICY = 'helicone-ratelimit-policy';

/** The same value so many times. */
export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** Head of a JSON answer. */
export const json = { headers: [['content-type', 'application/json']] as const };

/** A chat answer that used so many tokens. */
export function used(prompt: number, completion: number): string {
  return JSON.stringify({
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  });
}

/** A chat call that reserves 1000 tokens and its bytes. */
export const BODY = { model: 'gpt-4o-mini', max_completion_tokens: 1000, messages: [{ role: 'user', content: 'hi' }] };

/** Makes a chat call under a policy. */
export function spend(
  proxy: ProxyRig,
  policy: string,
  body: object = BODY,
  headers: Record<string, string> = {},
): Promise<Received> {
  return proxy.get(CHAT_PATH, {
    headers: { 'content-type': 'application/json', [POLICY]: policy, ...headers },
    body: JSON.stringify(body),
  });
}

/** Resolves when a policy's window has counted `wanted`. */
export async function settledAt(proxy: ProxyRig, policy: string, wanted: number): Promise<void> {
  await until(15_000, `${policy} stands at ${wanted}`, async () => {
    await proxy.proxy.flush();
    // A route that uses no tokens shows the count and does not change it.
    const { header } = await proxy.get('/openai/v1/models', { headers: { [POLICY]: policy } });
    return Number(header('helicone-ratelimit-limit')) - Number(header('helicone-ratelimit-remaining')) === wanted;
  });
}
