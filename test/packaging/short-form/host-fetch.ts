import assert from 'node:assert/strict';
import type { MockAgent, setGlobalDispatcher } from 'undici';
import type { Load } from './load.ts';

/** How the host uses fetch: as Node has it, or with a dispatcher of its own that lets nothing out to the network. */
export type HostFetch = 'plain' | 'mocked';

interface HostUndici {
  MockAgent: typeof MockAgent;
  setGlobalDispatcher: typeof setGlobalDispatcher;
}

const MOCKED = 'http://host.test';

/** Sets the host's fetch up; what comes back checks that it still works like that. */
export async function useHostFetch(which: HostFetch, load: Load): Promise<(origin: string) => Promise<void>> {
  if (which === 'plain') {
    return async (origin) => {
      const answer = await fetch(`${origin}/elsewhere`, { headers: { connection: 'close' } });
      assert.equal(answer.status, 404);
      await answer.text();
    };
  }
  const { MockAgent, setGlobalDispatcher } = await load<HostUndici>('undici');
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get(MOCKED).intercept({ path: '/' }).reply(200, 'mocked').persist();
  setGlobalDispatcher(agent);
  return async (origin) => {
    assert.equal(await (await fetch(MOCKED)).text(), 'mocked');
    await assert.rejects(fetch(`${origin}/elsewhere`), TypeError);
  };
}
