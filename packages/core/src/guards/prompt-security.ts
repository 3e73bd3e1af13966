import type { PromptGuard, Verdict } from './guard-options.js';
import { type Reading, readingsOf } from './prompt-readings.js';
import { THREAT_PATTERNS, type ThreatPattern } from './threat-patterns.js';

/** Points from which a prompt is refused; a sign that is plain on its own has 10. */
const THRESHOLD = 10;
const ADVANCED_THRESHOLD = 7;

/** A sign found in what was encoded counts this much more: nobody encodes such a sentence by accident. */
const HIDDEN_WEIGHT = 4;

/** What people say when they talk about attacks, and quotation marks around the sentence that they talk about. */
const ABOUT_ATTACKS =
  /\bprompt[- ]injections?\b|\bjailbreak(?:s|ing)? (?:attacks?|attempts?|prompts?|detection)\b|\bowasp\b|\bred[- ]team/;
const QUOTED = /['"][^'"\n]{4,200}['"]/g;

/**
 * A local check for prompt injection and jailbreaks: about fifty weighted patterns over the normalised text, in English and the
 * basics of German, French, Spanish, Portuguese, Italian, Chinese and Russian. It needs no network, and takes about 0.1 ms for an
 * ordinary prompt, some 20 ms for the worst.
 *
 * What it is: a net for known wordings, and for the usual ways to disguise them (invisible characters, look-alikes, digits for
 * letters, letters spaced out, base64). What it is not: a language model. A new wording, another language, an attack spread over
 * several messages, or one inside an image, a tool result or an earlier turn goes through; a text that quotes an attack may be
 * refused. Of the prompts in its tests that were written after the patterns it finds 8 attacks of 20, `advanced` 12, and refuses
 * none of 20 harmless ones. Whoever needs more hands in a guard of their own.
 *
 * `advanced` asks for fewer points, and counts signs that only mean something together.
 */
export const promptSecurity: PromptGuard = {
  check({ text, advanced }): Verdict {
    const { score, kinds } = threatScore(text, advanced);
    if (score < (advanced ? ADVANCED_THRESHOLD : THRESHOLD)) return { blocked: false };
    return { blocked: true, reason: kinds.join(', '), details: { score } };
  },
};

/** Sum of the weights of the signs found, and what they are signs of, the weightiest first. Exported for tests. */
export function threatScore(prompt: string, advanced: boolean): { score: number; kinds: string[] } {
  const readings = readingsOf(prompt).map(withoutExamples);
  const points = new Map<string, number>();
  let score = 0;
  for (const sign of THREAT_PATTERNS) {
    if (sign.advanced === true && !advanced) continue;
    const weight = weightIn(readings, sign);
    if (weight === 0) continue;
    score += weight;
    points.set(sign.kind, (points.get(sign.kind) ?? 0) + weight);
  }
  const kinds = [...points].sort(([, a], [, b]) => b - a).map(([kind]) => kind);
  return { score, kinds };
}

function weightIn(readings: readonly Reading[], { pattern, weight }: ThreatPattern): number {
  const found = readings.find(({ text }) => pattern.test(text));
  if (found === undefined) return 0;
  return found.hidden ? weight + HIDDEN_WEIGHT : weight;
}

/** In a text about attacks, quoted sentences are examples. It helps an attacker who knows: see what this is not. */
function withoutExamples(reading: Reading): Reading {
  return ABOUT_ATTACKS.test(reading.text) ? { ...reading, text: reading.text.replace(QUOTED, '""') } : reading;
}
