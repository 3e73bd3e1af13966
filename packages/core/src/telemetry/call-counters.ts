import type { RecordRow } from '../records/store.js';
import { Histogram } from './histogram.js';
import { LabelBound, labelText, OTHER } from './label-bound.js';
import { TIME_BOUNDS } from './meter-instruments.js';
import { type MetricFamily, metricsText, type Sample } from './metrics-text.js';

/** As far as calls may last by default: the first byte alone may take ten minutes. Seconds. */
const SECONDS: readonly number[] = [...TIME_BOUNDS, 163.84, 327.68, 655.36];

const TOKEN_TYPES = {
  input: 'promptTokens',
  output: 'completionTokens',
  cached_input: 'cacheReadTokens',
  cache_write: 'cacheWriteTokens',
  reasoning: 'reasoningTokens',
} as const satisfies Record<string, keyof RecordRow>;

type TokenType = keyof typeof TOKEN_TYPES;

/** What is counted of one provider and model. */
interface Counts {
  labels: { provider: string; model: string };
  /** By status class and outcome. */
  requests: Map<string, { labels: Record<string, string>; value: number }>;
  tokens: Map<TokenType, number>;
  costNanoUsd: number;
  /** Calls with a cost, which may be 0. */
  priced: number;
  unknownCost: number;
  savedNanoUsd: number;
  duration: Histogram;
  firstToken: Histogram;
}

/** Counts calls by provider and model, in the records worker, from the rows that it makes. */
export class CallCounters {
  readonly #bound = new LabelBound();
  readonly #counts = new Map<string, Counts>();
  #hits = 0;
  #misses = 0;

  count(row: RecordRow): void {
    const counts = this.#countsOf(row);
    countRequest(counts, row);
    for (const type of Object.keys(TOKEN_TYPES) as TokenType[]) {
      const tokens = row[TOKEN_TYPES[type]];
      if (tokens !== null) counts.tokens.set(type, (counts.tokens.get(type) ?? 0) + tokens);
    }
    if (row.costNanoUsd !== null) {
      counts.costNanoUsd += row.costNanoUsd;
      counts.priced += 1;
    } else if (mayHaveCost(row)) counts.unknownCost += 1;
    counts.savedNanoUsd += row.savedCostNanoUsd ?? 0;
    counts.duration.add(row.delayMs / 1000);
    if (row.timeToFirstTokenMs !== null) counts.firstToken.add(row.timeToFirstTokenMs / 1000);
    if (!row.cacheEnabled) return;
    if (row.cacheReferenceId === null) this.#misses += 1;
    else this.#hits += 1;
  }

  /** Prometheus text. */
  text(): string {
    const all = [...this.#counts.values()];
    return metricsText([
      {
        name: 'requests_total',
        type: 'counter',
        help: 'Calls that ended, by how.',
        samples: all.flatMap(({ requests }) => [...requests.values()]),
      },
      {
        name: 'tokens_total',
        type: 'counter',
        help: 'Tokens that providers told; input includes cached_input and cache_write, output includes reasoning.',
        samples: all.flatMap(({ labels, tokens }) =>
          [...tokens].map(([type, value]) => ({ labels: { ...labels, type }, value })),
        ),
      },
      ...money(all),
      seconds('request_duration_seconds', 'From the arrival of a call until its answer was out.', all, 'duration'),
      seconds('time_to_first_token_seconds', 'Until the first content of a streamed answer.', all, 'firstToken'),
      {
        name: 'cache_requests_total',
        type: 'counter',
        help: 'Calls that asked for the cache.',
        samples: [
          { labels: { result: 'hit' }, value: this.#hits },
          { labels: { result: 'miss' }, value: this.#misses },
        ],
      },
    ]);
  }

  #countsOf({ provider, model }: RecordRow): Counts {
    const given = { provider: labelText(provider), model: labelText(model ?? 'unknown') };
    const labels = this.#bound.admits(given.provider, given.model) ? given : { provider: OTHER, model: OTHER };
    const key = `${labels.provider}\n${labels.model}`;
    let counts = this.#counts.get(key);
    if (counts === undefined) {
      counts = emptyCounts(labels);
      this.#counts.set(key, counts);
    }
    return counts;
  }
}

function emptyCounts(labels: Counts['labels']): Counts {
  return {
    labels,
    requests: new Map(),
    tokens: new Map(),
    costNanoUsd: 0,
    priced: 0,
    unknownCost: 0,
    savedNanoUsd: 0,
    duration: new Histogram(SECONDS),
    firstToken: new Histogram(SECONDS),
  };
}

function countRequest({ labels, requests }: Counts, { status, outcome }: RecordRow): void {
  // A negative status stands for no answer at all, or none that the client was there to take.
  const statusClass = status < 100 ? 'none' : `${Math.floor(status / 100)}xx`;
  const key = `${statusClass} ${outcome}`;
  const counted = requests.get(key);
  if (counted === undefined) requests.set(key, { labels: { ...labels, status_class: statusClass, outcome }, value: 1 });
  else counted.value += 1;
}

/** A provider was asked something that models are asked, and had begun to answer. */
function mayHaveCost({ model, outcome }: RecordRow): boolean {
  return model !== null && (outcome === 'success' || outcome === 'truncated' || outcome === 'client_closed');
}

function money(all: readonly Counts[]): MetricFamily[] {
  const some = (name: string, help: string, value: (counts: Counts) => number | null): MetricFamily => ({
    name,
    type: 'counter',
    help,
    samples: all.flatMap((counts): Sample[] => {
      const known = value(counts);
      return known === null ? [] : [{ labels: counts.labels, value: known }];
    }),
  });
  return [
    some('cost_usd_total', 'What calls cost, where usage and price are known.', ({ priced, costNanoUsd }) =>
      priced === 0 ? null : costNanoUsd / 1e9,
    ),
    some('unknown_cost_total', 'Answered calls of models whose cost is not known.', ({ unknownCost }) => unknownCost),
    some('saved_cost_usd_total', 'What answers out of the cache would have cost.', ({ savedNanoUsd }) => {
      return savedNanoUsd === 0 ? null : savedNanoUsd / 1e9;
    }),
  ];
}

function seconds(name: string, help: string, all: readonly Counts[], of: 'duration' | 'firstToken'): MetricFamily {
  return { name, type: 'histogram', help, samples: all.flatMap((counts) => counts[of].samples(counts.labels)) };
}
