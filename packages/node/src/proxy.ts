import type { EventEmitter } from 'node:events';
import { createEngine, type Engine, type LogIntake, type RecordStore } from '@helicone-proxy/core';
import { createLog } from './log.js';
import { type HeliconeProxyOptions, withEnvironment } from './options.js';
import { createHandleUpgrade, type HandleUpgrade } from './upgrade.js';

/** A running proxy, the same object in every framework. */
export interface HeliconeProxy {
  /**
   * Takes no new calls (they get 503 `shutting_down`), gives running ones 10 s, writes every record, closes what it opened and
   * resolves when all answers have left, at most a second behind those 10. Calling it again returns the same promise.
   */
  close(): Promise<void>;
  /** Resolves when every call that ended before, and every log that came before, is visible to REST. Running calls are not awaited. */
  flush(): Promise<void>;
  /**
   * Records a call that was made elsewhere, as the HTTP intake does; resolves when it is in the store.
   * Rejects with `InvalidIntake`, whose message names the place that is wrong, with `ProxyError` (`overloaded`,
   * `shutting_down`), or with the store's error.
   */
  log(wire: LogIntake): Promise<{ requestId: string }>;
  /**
   * Relays a WebSocket to its provider, for the `upgrade` event of a server:
   * `server.on('upgrade', (req, socket, head) => { if (!proxy.handleUpgrade(req, socket, head)) socket.destroy(); })`.
   * Returns false, with nothing touched, for what is not below the prefix; else true, and the socket is ours. An upgrade does not
   * pass through a framework: name the path that the proxy is mounted at as `mountPath`. Never throws.
   */
  readonly handleUpgrade: HandleUpgrade;
  readonly records: RecordStore;
  /** `record`, `limited`, `retry`, `breaker`, `drop` and `store`; never `error`. */
  readonly events: EventEmitter;
}

/** A proxy and the engine that its doors talk to. */
export interface ProxyInside {
  proxy: HeliconeProxy;
  engine: Engine;
}

/** Builds a proxy. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createProxy(options: HeliconeProxyOptions): ProxyInside {
  const { basePath: _ours, webSockets: _adapters, ...engineOptions } = withEnvironment(options, process.env);
  const engine = createEngine(engineOptions);
  const { recorder, intake } = engine;
  return {
    engine,
    proxy: {
      close: () => engine.close(),
      async flush() {
        await Promise.all([intake.flush(), recorder.flush()]);
      },
      log: createLog(intake),
      handleUpgrade: createHandleUpgrade(engine, options.basePath),
      records: recorder.store,
      events: engine.events,
    },
  };
}
