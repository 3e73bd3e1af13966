import { randomUUID } from 'node:crypto';
import { anthropicCalls } from './anthropic-calls.ts';
import { openaiCalls } from './openai-calls.ts';

/** One call, and what came of it in a few words. */
export interface DemoCall {
  title: string;
  run(): Promise<string>;
}

export interface TrafficOptions {
  /** Where the app listens. */
  appUrl: string;
  openaiKey: string;
  anthropicKey: string;
  heliconeKey: string | undefined;
}

/** What a run of the demo did. */
export interface Traffic {
  /** Every call carried this session id, so that the run's records can be found. */
  sessionId: string;
  /** Titles and reasons of calls that went wrong. */
  failures: string[];
}

/** Sends all calls through the proxy, one after the other, and prints a line for each. Ends early when told to stop. */
export async function sendTraffic(options: TrafficOptions, stop: AbortSignal): Promise<Traffic> {
  const sessionId = randomUUID();
  // The headers that any client can send: who, what for, and which calls belong together.
  const headers: Record<string, string> = {
    'Helicone-User-Id': 'ada@example.com',
    'Helicone-Property-Feature': 'demo',
    'Helicone-Session-Id': sessionId,
    'Helicone-Session-Name': 'Demo',
    'Helicone-Session-Path': '/demo',
  };
  if (options.heliconeKey !== undefined) headers['Helicone-Auth'] = `Bearer ${options.heliconeKey}`;
  const calls = [
    ...openaiCalls(`${options.appUrl}/helicone/openai/v1`, options.openaiKey, headers),
    ...anthropicCalls(`${options.appUrl}/helicone/anthropic`, options.anthropicKey, headers),
  ];
  const failures: string[] = [];
  for (const { title, run } of calls) {
    if (stop.aborted) break;
    try {
      console.log(`  ${title.padEnd(40)} ${await run()}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`${title}: ${reason}`);
      console.log(`  ${title.padEnd(40)} FAILED: ${reason}`);
    }
  }
  return { sessionId, failures };
}
