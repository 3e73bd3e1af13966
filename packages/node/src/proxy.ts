import type { EventEmitter } from 'node:events';
import { createEngine, type Engine, type RecordStore } from '@helicone-proxy/core';
import { type HeliconeProxyOptions, withEnvironment } from './options.js';

/** A running proxy, the same object in every framework. */
export interface HeliconeProxy {
  /**
   * Takes no new calls (they get 503 `shutting_down`), gives running ones 10 s, writes every record and closes what it
   * opened. Calling it again returns the same promise.
   */
  close(): Promise<void>;
  /** Resolves when every call that ended before is visible to REST. Running calls are not awaited. */
  flush(): Promise<void>;
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
  const { basePath: _ours, ...engineOptions } = withEnvironment(options, process.env);
  const engine = createEngine(engineOptions);
  const { recorder } = engine;
  return {
    engine,
    proxy: {
      close: () => engine.close(),
      flush: () => recorder.flush(),
      records: recorder.store,
      events: engine.events,
    },
  };
}
