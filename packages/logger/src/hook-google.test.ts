import { expect, test } from 'vitest';
import { hookGoogle } from './hook-google.js';
import type { CallObserver } from './observe-fetch.js';
import type { ObservedCall } from './observed-call.js';

class ApiClient {
  async apiCall(_url: string, _init: object): Promise<Response> {
    return new Response('{}');
  }
}

class Client {
  apiClient = null as unknown as ApiClient;
}

/** As the SDK's constructor does it: an assignment, which a setter of the prototype hears of. */
function makeClient(): Client {
  const client = Object.create(Client.prototype) as Client;
  client.apiClient = new ApiClient();
  return client;
}

function observer(): CallObserver & { calls: ObservedCall[] } {
  const calls: ObservedCall[] = [];
  return {
    calls,
    maxBodyBytes: 1000,
    sending: false,
    began: (call) => void calls.push(call),
    ended: () => {},
    belongs: () => {},
    callOf: () => undefined,
    left: () => {},
    failed: (error) => {
      throw error;
    },
  };
}

const call = ({ apiClient }: Client) =>
  apiClient.apiCall('https://host/v1/models/g:generateContent', { method: 'POST' });

test('two loggers of one class each hear of every client, and one can leave before the other', async () => {
  const [first, second] = [observer(), observer()];
  const undoFirst = hookGoogle(Client.prototype, first);
  const undoSecond = hookGoogle(Client.prototype, second);
  const client = makeClient();
  expect(Object.getOwnPropertyNames(Client.prototype)).toEqual(['constructor']);
  await call(client);
  await call(makeClient());
  expect([first.calls.length, second.calls.length]).toEqual([2, 2]);
  undoFirst();
  await call(client);
  expect([first.calls.length, second.calls.length]).toEqual([2, 3]);
  undoSecond();
  await call(makeClient());
  expect([first.calls.length, second.calls.length]).toEqual([2, 3]);
});

test('a logger that leaves before there is a client takes nothing from the other', async () => {
  const [first, second] = [observer(), observer()];
  const undoFirst = hookGoogle(Client.prototype, first);
  const undoSecond = hookGoogle(Client.prototype, second);
  undoFirst();
  await call(makeClient());
  expect([first.calls.length, second.calls.length]).toEqual([0, 1]);
  undoSecond();
  expect(Object.getOwnPropertyNames(Client.prototype)).toEqual(['constructor']);
});

test('an SDK that is built in another way is told', () => {
  expect(() => hookGoogle({ apiClient: {} }, observer())).toThrow('cannot be recorded');
});
