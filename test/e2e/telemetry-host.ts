import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy as forExpress } from '@helicone-proxy/express';
import { heliconeProxy as forNode, type HeliconeProxy, type HeliconeProxyOptions } from '@helicone-proxy/node';
import { type CallOptions, type ClientCall, call, type Script, startScriptedProvider } from '@helicone-proxy/testkit';
import { context, metrics, type Span, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import express from 'express';
import { within } from '../rig/until.js';

/** One point of a metric: its attributes and what was measured. */
export interface MetricPoint {
  attributes: Record<string, unknown>;
  value: unknown;
}

/** OpenTelemetry's own SDK, keeping everything in memory. */
export interface TelemetrySdk {
  readonly tracer: Tracer;
  readonly meter: ReturnType<MeterProvider['getMeter']>;
  /** Makes it the one of the process, as a host does at its start. */
  register(): void;
  /** Spans that have ended. */
  spans(): ReadableSpan[];
  /** What was measured so far, by metric. */
  points(): Promise<Record<string, MetricPoint[]>>;
  close(): Promise<void>;
}

export function startTelemetrySdk(sampler?: Sampler): TelemetrySdk {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  return {
    tracer: provider.getTracer('host'),
    meter: meters.getMeter('host'),
    register() {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(provider);
      metrics.setGlobalMeterProvider(meters);
    },
    spans: () => exporter.getFinishedSpans(),
    async points() {
      await reader.forceFlush();
      const all =
        measured
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ attributes, value }) => ({ attributes, value })),
        ]),
      );
    },
    async close() {
      trace.disable();
      context.disable();
      metrics.disable();
      await Promise.all([provider.shutdown(), meters.shutdown()]);
    },
  };
}

/** A server with the proxy in it, whose every request has a span, and a provider behind it. */
export interface TelemetryHost {
  readonly proxy: HeliconeProxy;
  /** Origin of the provider. */
  readonly upstream: string;
  /** Starts a call below the prefix. */
  call(path: string, options?: CallOptions): ClientCall;
  /** Resolves when this many calls have ended and their spans too. */
  ended(calls: number): Promise<void>;
  close(): Promise<void>;
}

export interface TelemetryHostSetup {
  framework: 'express' | 'node:http';
  /** Makes the spans of requests. */
  tracer: Tracer;
  script: Script;
  options?: HeliconeProxyOptions;
}

export async function startTelemetryHost(setup: TelemetryHostSetup): Promise<TelemetryHost> {
  const { framework, tracer, script, options } = setup;
  const provider = await startScriptedProvider(script);
  const given = {
    providers: { openai: { baseUrl: provider.origin }, anthropic: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:' },
    ...options,
  };
  const inSpan = (res: { once(event: 'close', listener: () => void): unknown }, next: () => void): void => {
    tracer.startActiveSpan('POST', (span: Span) => {
      res.once('close', () => span.end());
      next();
    });
  };
  let listener: RequestListener;
  let proxy: HeliconeProxy;
  if (framework === 'express') {
    const helicone = forExpress(given);
    proxy = helicone.proxy;
    listener = express()
      .use((_req, res, next) => inSpan(res, next))
      .use(helicone);
  } else {
    const helicone = forNode(given);
    proxy = helicone.proxy;
    listener = (req, res) => inSpan(res, () => helicone(req, res));
  }
  let count = 0;
  proxy.events.on('record', () => {
    count += 1;
  });
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const counted = async (calls: number): Promise<void> => {
    while (count < calls) await once(proxy.events, 'record');
  };
  return {
    proxy,
    upstream: provider.origin,
    call: (path, given) => call(`${origin}/helicone${path}`, given),
    async ended(calls) {
      await within(5_000, `${calls} calls end`, counted(calls));
      await proxy.flush();
    },
    async close() {
      server.close();
      await proxy.close();
      server.closeAllConnections();
      await provider.close();
    },
  };
}
