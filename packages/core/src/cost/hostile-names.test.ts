// Names of models and tiers come from callers and providers: whatever they are, a price is found or null, and soon.
import { expect, test } from 'vitest';
import { createPricer, PRICE_PROVIDERS } from './price.js';
import { normalTier } from './tier-name.js';

const AT = Date.UTC(2026, 9, 1, 12);
const PROVIDERS = [...Object.keys(PRICE_PROVIDERS), 'huggingface', '__proto__', 'huggingface___proto__'];

const filled = (start: string, unit: string, end = ''): string =>
  start + unit.repeat(Math.floor((256 - start.length - end.length) / unit.length)) + end;
const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '.*',
    '(a+)+$',
    '[',
    '\\',
    'gpt-4o\0',
    '\u0000',
    '\r\n',
    ' ',
  ],
  ...[
    '\ud800',
    '\u202egpt-4o',
    '💥',
    'ft:',
    'ft:gpt-4o:::',
    'arn:',
    'arn:aws:bedrock:::foundation-model/',
    'models/',
    '/',
    ':',
  ],
  filled('', 'a'),
  filled('', ':'),
  filled('', '/'),
  filled('arn:aws:bedrock:', ':', ':foundation-model/x'),
  filled('models/', 'models/'),
  filled('projects/', 'projects/', '/publishers/x/models/y'),
  filled('gemini-2.5-flash', 'lite', '!'),
  filled('gemini-3.', 'live', '\n'),
  filled('claude-', 'opus-5-5-', '!'),
  filled('claude-', '5-', '!'),
  filled('gpt-4o', '-2024-08-06', ':'),
  filled('gpt-5', '-20', '!'),
  filled('x:', 'a-', '!'),
];

function seconds(run: () => void): number {
  const { user, system } = process.cpuUsage();
  run();
  const used = process.cpuUsage({ user, system });
  return (used.user + used.system) / 1e6;
}

test('any name at all is priced or not, without throwing', () => {
  const pricer = createPricer();
  for (const provider of PROVIDERS) {
    for (const model of NAMES) {
      for (const serviceTier of [null, 'priority', 'batch', '__proto__', '+', filled('', '+').slice(0, 64)]) {
        const found = pricer.table({ provider, model, serviceTier, at: AT });
        expect(found === null || typeof found.source === 'string').toBe(true);
      }
    }
  }
  for (const model of ['__proto__', 'constructor', 'toString']) {
    for (const provider of PROVIDERS) expect(pricer.table({ provider, model, at: AT })).toBeNull();
  }
});

test('a name of a megabyte costs no more than a short one', () => {
  const pricer = createPricer();
  const long = 'gpt-4o'.repeat(175_000);
  const ask = (model: string, serviceTier: string | null): void => {
    for (let i = 0; i < 2000; i += 1) pricer.table({ provider: 'openai', model: `${model}${i}`, serviceTier, at: AT });
  };
  ask('warm', null);
  const short = seconds(() => ask('m', null));
  expect(seconds(() => ask(long, null))).toBeLessThan(short + 0.5);
  expect(seconds(() => ask('m', long))).toBeLessThan(short + 0.5);
});

test('a tier is named once, however it is written', () => {
  expect(normalTier('batch+ batch')).toBe('batch');
  expect(normalTier(' US +fast+us')).toBe('fast+us');
  expect(normalTier('standard+ ')).toBe('');
});
