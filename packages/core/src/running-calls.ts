import type { Call } from './call.js';
import type { CallLife } from './call-life.js';
import type { ClientSignal } from './contract.js';
import { ProxyError } from './errors.js';
import { clientClosed } from './upstream/failure.js';

/** The calls that are running: each ends when its client leaves, and all of them at shutdown. */
export interface RunningCalls {
  readonly closing: boolean;
  /** How many run. */
  readonly count: number;
  /** From here on the call ends when its client leaves. */
  enter(call: Call): Running;
  /** The call has ended; telling it twice changes nothing. */
  leave(running: Running): void;
  /** Resolves when no call runs any more, which is after `graceMs` at the latest. */
  drain(graceMs: number): Promise<void>;
}

export function createRunningCalls(): RunningCalls {
  // Not a Set: one that calls come to and leave again is copied now and then, and a dead copy in V8's old space keeps what it
  // holds, and the next copy, alive until a full collection.
  const calls: Running[] = [];
  let drained: (() => void) | null = null;
  return {
    get closing() {
      return drained !== null;
    },
    get count() {
      return calls.length;
    },
    enter(call) {
      const running = new Running(call, calls.length);
      calls.push(running);
      // Gone already, while the host was at work: the event does not come again.
      if (running.signal.aborted) running.handleEvent();
      else running.signal.addEventListener('abort', running);
      return running;
    },
    leave(running) {
      if (running.index < 0) return;
      running.signal.removeEventListener('abort', running);
      remove(calls, running);
      if (calls.length === 0) drained?.();
    },
    drain(graceMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          const reason = new ProxyError('shutting_down', 'this server is shutting down');
          for (const { life } of [...calls]) life.end(reason);
          // In a turn of its own: the cut calls still hand over their records.
          setImmediate(resolve);
        }, graceMs);
        drained = () => {
          clearTimeout(timer);
          resolve();
        };
        if (calls.length === 0) drained();
      });
    },
  };
}

/** One call among those that run, and the listener for its client's leaving: an object, so that no closure is needed. */
export class Running {
  /** The client's own: a shared answer behind it has another. */
  readonly life: CallLife;
  readonly signal: ClientSignal;
  /** Where in the list it stands; -1 when it has left. */
  index: number;

  constructor(call: Call, index: number) {
    this.life = call.life;
    this.signal = call.request.signal;
    this.index = index;
  }

  handleEvent(): void {
    this.life.end(clientClosed());
  }
}

/** The last one takes the place of the one that leaves. */
function remove(calls: Running[], running: Running): void {
  const last = calls.pop() as Running;
  if (last !== running) {
    last.index = running.index;
    calls[running.index] = last;
  }
  running.index = -1;
}
