import { EventEmitter } from 'node:events';
import type { Logger } from './options.js';

/** What the proxy tells the host about: `record`, `limited`, `retry`, `breaker`, `drop`, `store`; never `error`. */
export interface ProxyEvents {
  readonly emitter: EventEmitter;
  /** Tells the listeners. Never throws: a listener of the host's that does must not end a call or a write. */
  tell(event: EventName, details: object): void;
  /** `heard` gets all that is told from now on; for the proxy's own use. */
  tap(heard: EventTap): void;
}

/** Hears what listeners hear, before them, whether or not there are any. It must be quick and must not throw. */
export type EventTap = (event: EventName, details: object) => void;

export type EventName = 'record' | 'limited' | 'retry' | 'breaker' | 'drop' | 'store';

export function createEvents(logger: Logger | null): ProxyEvents {
  const emitter = new EventEmitter();
  const taps: EventTap[] = [];
  return {
    emitter,
    tap: (heard) => void taps.push(heard),
    tell(event, details) {
      for (const heard of taps) heard(event, details);
      try {
        emitter.emit(event, details);
      } catch (cause) {
        logger?.error({ err: cause, event }, 'a listener of the proxy’s events failed');
      }
    },
  };
}
