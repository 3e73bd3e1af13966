import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createGate } from '@helicone-proxy/testkit';
import { within } from '../rig/until.js';

export interface ChildOptions {
  args?: string[];
  cwd: string;
  env?: Record<string, string>;
}

/** A process of this Node that runs one of the examples. */
export interface ChildApp {
  /** Everything that it printed so far. */
  output(): string;
  /** Resolves with the match once what it printed so far matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it is gone and its output is complete. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

const START_MS = 20_000;

/** Starts `file` without the keys that this process may have in its environment. */
export function startChildApp(file: URL, { args = [], cwd, env = {} }: ChildOptions): ChildApp {
  const { OPENAI_API_KEY: _o, ANTHROPIC_API_KEY: _a, HELICONE_API_KEY: _h, ...inherited } = process.env;
  const child = spawn(process.execPath, [file.pathname, ...args], { cwd, env: { ...inherited, ...env } });
  let output = '';
  let arrival = createGate();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      arrival.open();
      arrival = createGate();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const waitFor = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(output);
      if (match !== null) return match;
      const gone = await Promise.race([arrival.opened.then(() => false), exited.then(() => true)]);
      if (gone) throw new Error(`the app ended before it printed ${pattern}; it printed:\n${output}`);
    }
  };
  return {
    output: () => output,
    printed: (pattern) => within(START_MS, `the app prints ${pattern}`, waitFor(pattern)),
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

/** Resolves once nobody listens at the origin any more: a server that closes takes no new connections first of all. */
export async function refusesConnections(origin: string): Promise<void> {
  const { hostname, port } = new URL(origin);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const refused = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(false));
      socket.once('error', () => resolve(true));
    });
    socket.destroy();
    if (refused) return;
  }
}
