import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProxyEvents } from '../events.js';
import type { Recorder } from '../records/recorder.js';
import type { Breakers } from '../upstream/breakers.js';
import type { ByteBudget } from '../upstream/byte-budget.js';
import { type MetricFamily, metricsText, type Sample } from './metrics-text.js';

/** The parts of an engine that numbers are read from. */
export interface MetricsParts {
  events: ProxyEvents;
  recorder: Pick<Recorder, 'callMetrics' | 'queued'>;
  breakers: Pick<Breakers, 'open'>;
  budget: Pick<ByteBudget, 'taken'>;
  /** Calls that run. */
  running(): number;
}

/** What `/metrics` shows. */
export interface EngineMetrics {
  /** Prometheus text: what the records worker has counted, and the state of this thread. Never rejects. */
  read(): Promise<string>;
  close(): void;
}

type DelayHistogram = ReturnType<typeof monitorEventLoopDelay>;

/** How exactly the delay of the event loop is measured, ms. */
const RESOLUTION_MS = 20;
const PERCENTILES = [50, 90, 99, 100];

/** Counts what the proxy tells about, from now on; everything else is looked at when it is read. */
export function createEngineMetrics(parts: MetricsParts): EngineMetrics {
  const told = new ToldCounts(parts.events);
  let delay: DelayHistogram | null = null;
  return {
    async read() {
      delay ??= startDelay();
      const calls = await parts.recorder.callMetrics().catch(() => null);
      const text = metricsText([...stateOf(parts), ...told.families(), ...delayOf(delay)]);
      delay.reset();
      return (calls ?? '') + text;
    },
    close() {
      delay?.disable();
    },
  };
}

function stateOf({ running, budget, recorder, breakers }: MetricsParts): MetricFamily[] {
  const { bytes, batches } = recorder.queued();
  return [
    gauge('in_flight_requests', 'Calls that run.', running()),
    gauge('in_flight_body_bytes', 'Bytes of request bodies that are held for them.', budget.taken),
    gauge('record_queue_bytes', 'Bytes of records that wait to be written.', bytes),
    gauge('record_queue_batches', 'Batches of records that wait to be written.', batches),
    gauge('breaker_open_circuits', 'Origins that calls are kept from, one for each tenant.', breakers.open),
  ];
}

interface Drop {
  rows: number;
  bodies: number;
  deliveries?: number;
}

/** What the proxy has told about. */
class ToldCounts {
  #limited = 0;
  #retries = 0;
  #droppedRecords = 0;
  #droppedBodies = 0;
  #droppedDeliveries = 0;
  #opened = 0;
  /** Stores by whether they work; those that never failed are not known. */
  readonly #stores = new Map<string, boolean>();

  constructor(events: ProxyEvents) {
    events.tap((event, details) => {
      if (event === 'limited') this.#limited += 1;
      else if (event === 'retry') this.#retries += 1;
      else if (event === 'drop') this.#drop(details as Drop);
      else if (event === 'breaker') this.#opened += (details as { state: string }).state === 'open' ? 1 : 0;
      else if (event === 'store') this.#store(details as { component?: string; state: string });
    });
  }

  families(): MetricFamily[] {
    const stores = ['records', 'cache', 'rate-limit'].map((component): Sample => {
      return { labels: { component }, value: this.#stores.get(component) === false ? 0 : 1 };
    });
    return [
      counter('rate_limited_total', 'Calls that a rate limit of ours refused.', this.#limited),
      counter('retries_total', 'Retries made.', this.#retries),
      counter('breaker_opened_total', 'Times that a circuit opened.', this.#opened),
      counter('dropped_records_total', 'Records that were given up.', this.#droppedRecords),
      counter('dropped_bodies_total', 'Records whose bodies were given up.', this.#droppedBodies),
      counter('dropped_deliveries_total', 'Deliveries of webhooks that were given up.', this.#droppedDeliveries),
      { name: 'store_up', type: 'gauge', help: '0 while a store fails.', samples: stores },
    ];
  }

  #drop({ rows, bodies, deliveries = 0 }: Drop): void {
    this.#droppedRecords += rows;
    this.#droppedBodies += bodies;
    this.#droppedDeliveries += deliveries;
  }

  #store({ component = 'records', state }: { component?: string; state: string }): void {
    this.#stores.set(component, state === 'recovered');
  }
}

function startDelay(): DelayHistogram {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return delay;
}

/** Since the last time that it was read. What is measured is the time between two looks: without delay, the resolution. */
function delayOf(delay: DelayHistogram): MetricFamily[] {
  const samples = PERCENTILES.map((percentile): Sample => {
    const ms = delay.count === 0 ? 0 : delay.percentile(percentile) / 1e6 - RESOLUTION_MS;
    return { labels: { percentile: String(percentile) }, value: Math.max(0, ms) / 1000 };
  });
  const help = 'How long the event loop kept timers waiting since the last scrape.';
  return [{ name: 'event_loop_delay_seconds', type: 'gauge', help, samples }];
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'counter', help, samples: [{ value }] };
}
