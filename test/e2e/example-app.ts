import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CallRecord } from '@helicone-proxy/core';
import { type StandIn, type StandInOptions, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { expect } from 'vitest';
import { within } from '../rig/until.js';
import { type ChildApp, startChildApp } from './child-app.js';
import { readRecords } from './read-records.js';

export const EXAMPLES = new URL('../../examples/', import.meta.url);

/** Headers of calls over a connection of their own. An app ends when the last one that a client keeps is idle for 5 s. */
export const NO_KEEP_ALIVE = { connection: 'close' };

export interface ExampleSetup {
  /** Where it runs and keeps its records. */
  cwd: string;
  env?: Record<string, string>;
  /** How the stand-in answers. Default at once. */
  upstream?: StandInOptions;
  /** How many base URLs it prints, each by a process of its own. Default 1. */
  processes?: number;
}

/** One of the examples in a process of its own, with a stand-in in the place of OpenAI. */
export interface ExampleApp {
  readonly child: ChildApp;
  readonly standIn: StandIn;
  /** Where it answers; the first of all where it has several processes. */
  readonly origin: string;
  readonly origins: readonly string[];
  /** A real client of it that tries each call once. */
  openai(apiKey?: string, origin?: string): OpenAI;
  /** Resolves when it has ended, which must be cleanly. */
  ended(): Promise<void>;
  /** Sends SIGTERM, and the same. */
  stop(): Promise<void>;
  /** Its records, oldest first. */
  records(tenant?: string): Promise<CallRecord[]>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** Starts what `npm start` starts in an example's folder, on a free port. */
export async function startExample(
  name: string,
  { cwd, env, upstream, processes = 1 }: ExampleSetup,
): Promise<ExampleApp> {
  const standIn = await startStandIn({ firstByteMs: 0, eventMs: 0, ...upstream });
  const script = await startScript(name);
  const child = startChildApp(script, { cwd, env: { PORT: '0', OPENAI_UPSTREAM: standIn.url, ...env } });
  const close = async (): Promise<void> => {
    // Not SIGKILL at once: an example that has started others must get to ending them.
    child.kill('SIGTERM');
    await within(15_000, `${name} ends`, child.exited).catch(() => child.kill('SIGKILL'));
    await child.exited;
    await standIn.close();
  };
  const origins = await printedOrigins(child, processes).catch(async (error) => {
    await close();
    throw error;
  });
  const [origin = ''] = origins;
  const ended = async (): Promise<void> =>
    expect(await within(15_000, `${name} ends`, child.exited), child.output()).toEqual({ code: 0, signal: null });
  return {
    child,
    standIn,
    origin,
    origins,
    openai: (apiKey = 'sk-test', at = origin) =>
      new OpenAI({ baseURL: `${at}/helicone/openai/v1`, apiKey, maxRetries: 0, defaultHeaders: NO_KEEP_ALIVE }),
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended();
    },
    records: async (tenant) => (await readRecords(join(cwd, '.helicone', 'helicone.db'), tenant)).reverse(),
    close,
  };
}

/** The file that the example's own `start` script runs, compiled first where that says so. */
async function startScript(name: string): Promise<URL> {
  const folder = new URL(`${name}/`, EXAMPLES);
  const { scripts } = JSON.parse(await readFile(new URL('package.json', folder), 'utf8'));
  const [, compiled, file = ''] = /^(tsc && )?node (\S+)$/.exec(scripts.start) ?? [];
  if (compiled !== undefined) {
    await promisify(execFile)(new URL('node_modules/.bin/tsc', folder).pathname, { cwd: folder.pathname });
  }
  return new URL(file, folder);
}

async function printedOrigins(child: ChildApp, count: number): Promise<string[]> {
  const url = '(http://[^\\s"]+)/helicone/openai/v1';
  const found = await child.printed(new RegExp(Array.from({ length: count }, () => url).join('[^]*?')));
  // What it prints is for people; a test asks the address that it is sure of.
  return found.slice(1).map((origin) => origin.replace('localhost', '127.0.0.1'));
}
