/** One line of a scrape. */
export interface MetricSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface ParsedFamily {
  type: string;
  help: string;
  samples: MetricSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const NUMBER = /^[+-]?(?:Inf|NaN|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/**
 * Reads Prometheus's text format 0.0.4, and throws at whatever a scraper may refuse: samples before their TYPE or apart from their
 * family, the same series twice, names and escapes that are wrong, histograms whose buckets do not add up.
 */
export function parsePrometheusText(text: string): Map<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let current: [string, ParsedFamily] | null = null;
  let help: [string, string] | null = null;
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') help = [name, rest];
    else if (keyword === 'TYPE') {
      if (help?.[0] !== name || families.has(name) || !NAME.test(name)) throw new Error(`out of place: ${line}`);
      current = [name, { type: rest, help: help[1], samples: [] }];
      families.set(...current);
    } else {
      const sample = parseSample(line);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      if (current === null || !belongs(sample.name, current)) throw new Error(`apart from its family: ${line}`);
      current[1].samples.push(sample);
    }
  }
  for (const [name, family] of families) check(name, family);
  return families;
}

function parseSample(line: string): MetricSample {
  const [, name, inside = '', number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || number === undefined || !NUMBER.test(number)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inside.length) {
    const at = LABEL.lastIndex;
    const [, label, value] = LABEL.exec(inside) ?? [];
    if (label === undefined || value === undefined || label in labels) throw new Error(`labels at ${at}: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
  }
  return { name, labels, value: number.endsWith('Inf') ? Number(number.replace('Inf', 'Infinity')) : Number(number) };
}

function belongs(sample: string, [name, { type }]: [string, ParsedFamily]): boolean {
  if (type !== 'histogram') return sample === name;
  return ['_bucket', '_sum', '_count'].some((suffix) => sample === name + suffix);
}

function check(name: string, { type, samples }: ParsedFamily): void {
  if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`${name}: type ${type}`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name}: a counter ends in _total`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name}: below 0`);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly MetricSample[]): void {
  const series = Map.groupBy(samples, ({ labels: { le: _le, ...labels } }) => JSON.stringify(labels));
  for (const each of series.values()) {
    const buckets = each.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le } }) => Number(le === '+Inf' ? 'Infinity' : le));
    const counts = buckets.map(({ value }) => value);
    const whole = each.find((sample) => sample.name === `${name}_count`)?.value;
    if (bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] as number))) throw new Error(`${name}: bounds`);
    if (counts.some((count, i) => i > 0 && count < (counts[i - 1] as number))) throw new Error(`${name}: falls`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || counts.at(-1) !== whole) throw new Error(`${name}: +Inf`);
    if (!each.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name}: no sum`);
  }
}
