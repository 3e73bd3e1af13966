import { type Call, jsonOf } from '../call.js';
import type { EngineResponse, Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { GuardedPrompt, PromptGuard, Verdict } from '../guards/guard-options.js';
import { PendingCheck, unanswered } from '../guards/pending-check.js';
import { JsonBody } from '../policy/json-body.js';
import type { Policy } from '../policy/policy.js';
import { type PromptFormat, promptFormat, promptText } from '../policy/prompt-text.js';
import { wireForPath } from '../providers/wire-for-path.js';

export interface Guards {
  /** Asked for every provider, or, when `openaiOnly`, for OpenAI alone. */
  moderation: PromptGuard;
  /** The moderation is OpenAI's own: another provider's prompts and credentials do not go there. */
  openaiOnly: boolean;
  security: PromptGuard;
  /** How long one check may take, ms. */
  timeoutMs: number;
}

const MODERATION = 'helicone-moderations-enabled';
const SECURITY = 'helicone-llm-security-enabled';

/** Longest reason of a guard's that is shown to the caller, in characters. */
const MAX_REASON = 500;

/** Has the prompt checked by the guards that the call's policy asks for, the local one first, before anything is sent on. */
export function createGuard(guards: Guards): Stage {
  return function guard(call, next) {
    const { security, moderations } = call.policy as Policy;
    if (security === 'off' && !moderations) return next();
    return checked(guards, call, next);
  };
}

async function checked(guards: Guards, call: Call, next: () => Promise<EngineResponse>): Promise<EngineResponse> {
  const { security, moderations } = call.policy as Policy;
  const prompt = promptOf(call, security !== 'off' ? SECURITY : MODERATION);
  if (prompt === null) return next();
  const { timeoutMs } = guards;
  if (security !== 'off') {
    const asked = { call, prompt, guard: guards.security, timeoutMs };
    refuse('prompt_threat', 'the prompt looks like an attack', await ask(asked));
  }
  if (moderations && mayModerate(guards, call)) {
    const asked = { call, prompt, guard: guards.moderation, timeoutMs };
    refuse('prompt_flagged', 'the prompt was flagged', await ask(asked));
  }
  return next();
}

/** The text to check; null when there is none. Throws `invalid_body` when there may be one that we cannot see. */
function promptOf(call: Call, header: string): string | null {
  if (call.request.upgrade !== undefined) {
    throw new ProxyError('invalid_header', `${header}: what is said in a WebSocket session cannot be checked`);
  }
  const path = plain(call.route?.rest ?? call.request.path);
  // A moderation call of the caller's own, or ours for another call.
  if (call.body === null || /\/moderations\/?$/.test(path)) return null;
  const format = promptFormat(call.target?.wire ?? wireForPath(path), path);
  if (format === null) {
    call.warnings.push(`${header}: the prompts of this endpoint are not understood; not checked`);
    return null;
  }
  const body = jsonOf(call);
  const found = body === null ? 'unreadable' : promptText(body, format);
  if (found === 'unreadable') {
    const why = 'it is not plain JSON, names its messages twice, or is too long to be looked into';
    throw new ProxyError('invalid_body', `${header}: the prompt in this body cannot be checked: ${why}`);
  }
  return withOverrides(found?.text ?? null, (call.policy as Policy).fallbacks);
}

/** Servers read paths in more ways than one: an endpoint must not hide behind `%73`, a doubled slash or a path parameter. */
function plain(path: string): string {
  return decoded(path)
    .replace(/;[^/]*/g, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const FORMATS: readonly PromptFormat[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'];

/** A caller's fallback may put another prompt in the place of the body's: that one is checked too. */
function withOverrides(text: string | null, fallbacks: Policy['fallbacks']): string | null {
  if (fallbacks === null) return text;
  const texts = new Set(text === null ? [] : [text]);
  for (const { bodyKeyOverride, trusted } of fallbacks) {
    const body = bodyKeyOverride === null || trusted ? null : jsonBodyOf(bodyKeyOverride);
    if (body === null) continue;
    for (const format of FORMATS) {
      const found = promptText(body, format);
      if (found !== null && found !== 'unreadable') texts.add(found.text);
    }
  }
  return texts.size === 0 ? null : [...texts].join('\n');
}

/** Null when it is nested too deeply to be written: then it cannot be merged into a body either. */
function jsonBodyOf(value: object): JsonBody | null {
  try {
    return JsonBody.read(Buffer.from(JSON.stringify(value)));
  } catch {
    return null;
  }
}

function mayModerate({ openaiOnly }: Guards, call: Call): boolean {
  // Only a credential for OpenAI itself may be shown there: not one for an origin that the caller chose in its place.
  if (!openaiOnly || call.target?.provider === 'openai') return true;
  call.warnings.push(`${MODERATION}: only for OpenAI; not checked`);
  return false;
}

interface Asked {
  call: Call;
  prompt: string;
  guard: PromptGuard;
  timeoutMs: number;
}

/** Throws when the check did not come about: then the call fails (see `unanswered`). */
async function ask({ call, prompt, guard, timeoutMs }: Asked): Promise<Verdict> {
  const pending = new PendingCheck();
  let verdict: Verdict;
  try {
    const answer = guard.check(guardedPrompt(call, prompt, pending));
    if (isVerdict(answer)) return answer;
    pending.wait(Promise.resolve(answer), timeoutMs);
    call.life.hold(pending);
    verdict = await pending.verdict;
  } catch (thrown) {
    if (call.life.ended !== null) throw call.life.ended;
    throw thrown instanceof ProxyError && thrown.code === 'upstream_unreachable' ? thrown : unanswered(thrown);
  }
  if (isVerdict(verdict)) return verdict;
  throw unanswered('the guard gave no verdict');
}

function guardedPrompt(call: Call, text: string, pending: PendingCheck): GuardedPrompt {
  const { request, policy, caller, route, target } = call;
  const { userId, properties, security } = policy as Policy;
  return {
    text,
    model: jsonOf(call)?.string('model') ?? null,
    provider: target?.provider ?? route?.provider?.name ?? 'gateway',
    advanced: security === 'advanced',
    request: {
      id: call.id,
      tenant: caller?.tenant ?? 'default',
      userId,
      properties,
      path: request.path,
      query: request.query,
      headers: request.headers,
      remoteAddress: request.remoteAddress,
      raw: request.raw,
      host: request.host,
      get signal() {
        return pending.signal;
      },
    },
  };
}

function isVerdict(answer: unknown): answer is Verdict {
  return typeof answer === 'object' && answer !== null && typeof (answer as Verdict).blocked === 'boolean';
}

function refuse(code: 'prompt_flagged' | 'prompt_threat', what: string, verdict: Verdict): void {
  if (!verdict.blocked) return;
  const reason = String(verdict.reason ?? '').slice(0, MAX_REASON);
  throw new ProxyError(code, reason === '' ? what : `${what}: ${reason}`, verdict.details);
}
