import { sumUsage } from '../../cost/sum-usage.js';
import { valueAt } from '../../providers/wires/value-at.js';
import { wireOf } from '../../providers/wires.js';
import { decodeEntries, type MessageEntry } from '../../stream/message-entry.js';
import type { CallFacts, SessionFacts } from '../facts.js';
import { KeptMessages } from './kept-messages.js';
import type { ReadAnswer } from './read-answer.js';
import type { ReadRequest } from './read-request.js';

/** Reads what a client said in a session. Never throws. */
export function readClientMessages(session: SessionFacts, log: Buffer, maxBytes: number): ReadRequest {
  const kept = new KeptMessages(maxBytes);
  let { model } = session;
  for (const entry of decodeEntries(log)) {
    const message = parsed(entry);
    kept.add(entry, message);
    model ??= modelOf(message);
  }
  kept.omit(session.clientOmitted);
  return { model, user: null, stream: true, kept: kept.array() };
}

/** Reads what the provider said in a session: its messages, and the sum of what its answers used. Never throws. */
export function readProviderMessages(facts: CallFacts, log: Buffer, maxBytes: number): ReadAnswer {
  const session = facts.session as SessionFacts;
  const kept = new KeptMessages(maxBytes);
  const reader = (facts.wire === null ? undefined : wireOf(facts.wire).session)?.() ?? null;
  for (const entry of decodeEntries(log)) {
    const message = parsed(entry);
    kept.add(entry, message);
    if (entry.kind === 'usage') reader?.pushUsage(usageIn(entry.bytes));
    else if (message !== null) reader?.push(message);
  }
  kept.omit(session.providerOmitted);
  const told = reader !== null && !reader.usageMissing && !session.usageMissing && log.length > 0;
  const charged = told ? reader.answers : [];
  return {
    model: reader?.model ?? null,
    usage: sumUsage(charged.map(({ usage }) => usage)),
    charged,
    finishReason: reader?.finishReason ?? null,
    // What a provider complains of in the middle of a session does not end it; its messages are kept.
    error: null,
    stream: true,
    complete: null,
    timeToFirstTokenMs: facts.firstByteMs,
    kept: kept.array(),
    cut: kept.incomplete,
  };
}

/** A whole text message that is JSON, parsed; else null. */
function parsed({ kind, bytes }: MessageEntry): unknown {
  if (kind !== 'whole') return null;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    return null;
  }
}

/** The model that a client's message asks for: by itself (Responses), or for its session or response (Realtime). */
function modelOf(message: unknown): string | null {
  const own = member(message, 'model');
  const model = own ?? member(member(message, 'session'), 'model') ?? member(member(message, 'response'), 'model');
  return typeof model === 'string' && model !== '' ? model : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The object behind `"usage":` at the beginning of an event's last bytes; null when there is none. */
function usageIn(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const open = /^"usage"\s*:\s*(?=\{)/.exec(text)?.[0].length;
  return open === undefined ? null : valueAt(text, open);
}
