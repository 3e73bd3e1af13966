import type { Headers } from '../contract.js';
import { MAX_TIMER_MS } from '../max-timer.js';
import { expectKeys } from '../option-values.js';

/** What a guard decided. `reason` is shown to the caller, in the message of the 400; `details` go to the log. */
export type Verdict = { blocked: false } | { blocked: true; reason: string; details?: object };

/** Whose prompt it is, and what it came with. */
export interface GuardedRequest {
  /** Record id of the call. */
  readonly id: string;
  readonly tenant: string;
  readonly userId: string | null;
  /** Lower-case names. */
  readonly properties: Readonly<Record<string, string>>;
  /** Path below the proxy's prefix. */
  readonly path: string;
  /** Raw query; empty when there is none. */
  readonly query: string;
  /** The client's headers, its credentials among them. */
  readonly headers: Headers;
  readonly remoteAddress: string | undefined;
  /** Node's request and the framework's own, as a user's `Authenticate` gets them. */
  readonly raw: unknown;
  readonly host: unknown;
  /** Aborts when the call ends before the guard has answered. Made when it is first read. */
  readonly signal: AbortSignal;
}

export interface GuardedPrompt {
  /** All text of the user's last message that has text. */
  readonly text: string;
  readonly model: string | null;
  readonly provider: string;
  /** `Helicone-LLM-Security-Enabled: advanced`. */
  readonly advanced: boolean;
  readonly request: GuardedRequest;
}

/** Decides whether a prompt may go on. One that throws, or takes longer than `timeoutMs`, lets nothing through. */
export interface PromptGuard {
  check(prompt: GuardedPrompt): Promise<Verdict> | Verdict;
}

export interface GuardOptions {
  /** In place of the provider's own moderation; asked for every provider. Default: OpenAI's endpoint, for OpenAI alone. */
  moderation?: PromptGuard;
  /** In place of the built-in heuristics. */
  security?: PromptGuard;
  /** How long one check may take, ms. Default 10 000. */
  timeoutMs?: number;
}

export interface ResolvedGuards {
  readonly moderation: PromptGuard | null;
  readonly security: PromptGuard | null;
  readonly timeoutMs: number;
}

/** Checks the option `guards` and fills in the defaults. Throws a `TypeError` or `RangeError` that names the wrong key. */
export function resolveGuards(options: GuardOptions = {}): ResolvedGuards {
  expectKeys('guards', options, ['moderation', 'security', 'timeoutMs']);
  const { timeoutMs = 10_000 } = options;
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
    throw new RangeError(`guards.timeoutMs: must be milliseconds above 0, at most ${MAX_TIMER_MS}`);
  }
  return Object.freeze({
    moderation: guardOption('guards.moderation', options.moderation),
    security: guardOption('guards.security', options.security),
    timeoutMs,
  });
}

function guardOption(key: string, guard: PromptGuard | undefined): PromptGuard | null {
  if (guard === undefined) return null;
  if (typeof guard !== 'object' || guard === null || typeof guard.check !== 'function') {
    throw new TypeError(`${key}: must be an object with a method check(prompt)`);
  }
  return guard;
}
