import { join } from 'node:path';
import type { CallRecord } from '@helicone-proxy/core';
import {
  ANSWERS,
  type Answer,
  type CallOptions,
  type ClientCall,
  call,
  type Received,
  type Script,
  type ScriptedProvider,
  startScriptedProvider,
} from '@helicone-proxy/testkit';
import { readRecords } from '../e2e/read-records.js';
import { type Child, startChild } from '../rig/child.js';
import { until } from '../rig/until.js';
import type { Framework } from './frameworks.js';

const CHILD = new URL('./serving-child.ts', import.meta.url);

/** How an application is told to end: by SIGTERM, or by an order that the child knows. */
export type Ending = 'SIGTERM' | 'close' | 'close twice' | 'close the proxy first' | 'close the server alone';

/** An application in a process of its own, and the provider behind it. */
export interface Serving {
  readonly child: Child;
  readonly provider: ScriptedProvider;
  /** Where the proxy answers. */
  readonly url: string;
  /** Its database. */
  readonly file: string;
  /** Asks for what `answer` answers; `kind` tells the provider's script what to do. */
  ask(answer: Answer, kind: string, options?: CallOptions): ClientCall;
  end(how: Ending): void;
  /** How long ago it was told to end, ms. */
  sinceEnd(): number;
  /**
   * Resolves once new calls are not taken, with how the first of them went, and the calls that were still taken before. Each is
   * over a connection of its own.
   */
  refusing(): Promise<{ refusal: Refusal; taken: Received[] }>;
  /** All records in its file. Only when it has ended. */
  records(): Promise<CallRecord[]>;
  close(): Promise<void>;
}

/** How a call went that is not taken any more: status and `X-Helicone-Error`, or no connection at all. */
export type Refusal = [status: number, code: string | undefined] | 'no connection';

/** Where and how an application is started. */
export interface ServingSetup {
  /** Where the database is made. */
  folder: string;
  script: Script;
  /** Bytes for clients stay in the process until the message `let go`. */
  held?: boolean;
}

export async function startServing(
  framework: Framework,
  { folder, script, held = false }: ServingSetup,
): Promise<Serving> {
  const provider = await startScriptedProvider(script);
  const file = join(folder, 'records.db');
  const args = [framework, file, provider.origin, held ? 'held' : ''];
  const child = startChild(CHILD, { args, cwd: folder });
  const { url } = await child.message<{ url: string }>('url');
  let toldAt = Number.NaN;
  const ask: Serving['ask'] = (answer, kind, options = {}) =>
    call(`${url}/${answer.provider}${answer.path}?kind=${kind}`, {
      body: answer.request,
      ...options,
      headers: { 'content-type': 'application/json', ...options.headers },
    });
  return {
    child,
    provider,
    url,
    file,
    ask,
    sinceEnd: () => performance.now() - toldAt,
    end(how) {
      toldAt = performance.now();
      if (how === 'SIGTERM') child.process.kill('SIGTERM');
      else child.process.send(how);
    },
    async refusing() {
      const taken: Received[] = [];
      const refusal = await until(15_000, 'new calls are refused', async () => {
        const answer = await ask(ANSWERS.chat, 'now').whole.catch(refusedConnection);
        if (answer === 'no connection' || answer.status !== 200) return refusalOf(answer);
        taken.push(answer);
        return null;
      });
      return { refusal, taken };
    },
    records: () => readRecords(file),
    async close() {
      child.process.kill('SIGKILL');
      await child.ended;
      await provider.close();
    },
  };
}

export function refusalOf(answer: Received | 'no connection'): Refusal {
  return answer === 'no connection' ? answer : [answer.status, answer.header('x-helicone-error')];
}

/** For `catch`: a connection that was refused, or that nobody had taken yet when the server closed. */
export function refusedConnection(error: NodeJS.ErrnoException): 'no connection' {
  if (error.code !== 'ECONNREFUSED' && error.code !== 'ECONNRESET') throw error;
  return 'no connection';
}
