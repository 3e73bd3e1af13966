import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createGate } from '@helicone-proxy/testkit';
import { within } from './until.js';

/** How a child process ended and what it printed. */
export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Child {
  readonly process: ChildProcess;
  /** Messages that it sent so far. */
  readonly messages: unknown[];
  /** Resolves with the next message that fits, an earlier one too. */
  message<T extends object>(key: keyof T & string): Promise<T>;
  /** Resolves when it is gone and all that it printed is here. */
  readonly ended: Promise<ChildEnd>;
}

export interface ChildSetup {
  /** Arguments of Node itself. */
  node?: string[];
  /** Arguments of the script. */
  args?: string[];
  cwd?: string;
  env?: Record<string, string>;
}

const MESSAGE_MS = 30_000;

/** Starts a script in a process of this Node, without keys that this process may have in its environment. */
export function startChild(script: URL, { node = [], args = [], cwd, env = {} }: ChildSetup = {}): Child {
  const {
    OPENAI_API_KEY: _o,
    ANTHROPIC_API_KEY: _a,
    HELICONE_API_KEY: _h,
    NODE_OPTIONS: _n,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, [...node, script.pathname, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  const messages: unknown[] = [];
  let arrival = createGate();
  child.on('message', (message) => {
    messages.push(message);
    arrival.open();
    arrival = createGate();
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...printed }));
  const find = async <T extends object>(key: keyof T & string): Promise<T> => {
    for (;;) {
      const found = messages.find((each) => typeof each === 'object' && each !== null && key in each);
      if (found !== undefined) return found as T;
      const gone = await Promise.race([arrival.opened, ended]);
      if (gone !== undefined) throw new Error(`the child ended before it sent ${key}: ${JSON.stringify(gone)}`);
    }
  };
  return {
    process: child,
    messages,
    message: (key) => within(MESSAGE_MS, `the child sends ${key}`, find(key)),
    ended,
  };
}
