import { type AddressInfo, createServer } from 'node:net';
import { Connection, ConnectionClosed } from './connection.js';
import { Exchange } from './exchange.js';
import { createGate, type Gate } from './gate.js';
import type { SeenRequest } from './seen-request.js';

/** What a provider does with a request; called as soon as its head is here. Doing nothing is never answering. */
export type Script = (exchange: Exchange) => void | Promise<void>;

/** A provider on loopback that sends exactly the bytes that a test tells it to, when it tells it to. */
export interface ScriptedProvider {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** All requests so far, in order of their heads. */
  readonly requests: readonly SeenRequest[];
  /** All connections so far, closed ones too. */
  readonly connections: readonly Connection[];
  /** What happens with requests from now on. */
  script: Script;
  /** What happens with a connection before anything is read of it; default nothing. `pause` holds, `reset` refuses it. */
  accept: (connection: Connection) => void;
  /** Resolves with the request of that index (from 0) once its head is here. */
  request(index: number): Promise<SeenRequest>;
  /** The connection that a request came over. */
  connectionOf(request: SeenRequest): Connection;
  /** Resets what is open. Rejects when a script failed for another reason than a closed connection. */
  close(): Promise<void>;
}

/** Starts a provider on a free port of 127.0.0.1. */
export async function startScriptedProvider(script: Script = () => {}): Promise<ScriptedProvider> {
  const requests: SeenRequest[] = [];
  const connections: Connection[] = [];
  const failures: unknown[] = [];
  let arrival: Gate = createGate();

  const run = async (connection: Connection, request: SeenRequest): Promise<void> => {
    requests.push(request);
    arrival.open();
    arrival = createGate();
    try {
      await provider.script(new Exchange(connection, request));
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) failures.push(error);
    }
  };
  const server = createServer((socket) => {
    const connection = new Connection(socket, run);
    connections.push(connection);
    provider.accept(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const provider: ScriptedProvider = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections,
    script,
    accept: () => {},
    async request(index) {
      while (requests.length <= index) await arrival.opened;
      return requests[index] as SeenRequest;
    },
    connectionOf(request) {
      const found = connections.find((connection) => connection.requests.includes(request));
      if (found === undefined) throw new Error('this request came to another provider');
      return found;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) if (!connection.isClosed) connection.reset();
      await closed;
      if (failures.length > 0) throw new AggregateError(failures, 'a script of the provider failed');
    },
  };
  return provider;
}

/** An origin on loopback where nobody listens. */
export async function unreachableOrigin(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
