import type { Usage } from '../../cost/usage.js';
import type { SessionAnswer, SessionReader } from '../wire.js';
import { asObject, asText, type JsonObject } from './json-read.js';
import { sessionUsage } from './openai-usage.js';

/** Reads sessions of the Realtime API and of the Responses API's WebSocket mode, whose events are alike. */
export function openaiSession(): SessionReader {
  return new OpenaiSession();
}

class OpenaiSession implements SessionReader {
  model: string | null = null;
  readonly answers: SessionAnswer[] = [];
  usageMissing = false;
  finishReason: string | null = null;

  push(message: unknown): void {
    const event = asObject(message);
    switch (event?.type) {
      case 'session.created':
      case 'session.updated':
        this.model = asText(asObject(event.session)?.model) ?? this.model;
        break;
      case 'response.done':
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#finish(asObject(event.response));
    }
  }

  pushUsage(usage: unknown): void {
    this.#add(sessionUsage(usage, null));
  }

  #finish(response: JsonObject | null): void {
    this.model = asText(response?.model) ?? this.model;
    const status = asText(response?.status);
    this.finishReason = reasonOf(response) ?? status;
    const usage = sessionUsage(response?.usage, response?.output);
    // One that came to nothing has nothing to tell.
    if (usage !== null || (status !== 'failed' && status !== 'cancelled')) this.#add(usage);
  }

  #add(usage: Usage | null): void {
    if (usage === null) this.usageMissing = true;
    else this.answers.push({ model: this.model, usage });
  }
}

/** Why an answer is not whole: in the one API told by `incomplete_details`, in the other by `status_details`. */
function reasonOf(response: JsonObject | null): string | null {
  const details = asObject(response?.incomplete_details) ?? asObject(response?.status_details);
  return asText(details?.reason);
}
