// 100 current models of 15 providers: what a call costs, or that it is not known. Expected prices are USD per million tokens of
// input, output and cache reads, written here by hand. Those of OpenAI, Anthropic, Google, DeepSeek, Mistral and xAI were compared
// with copies of their price lists from September to November 2026; those of the others are the last that were known.
import type { CallRecord } from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { KEYS, send } from './intake-client.js';

const { rig: startRig } = startedHere();

/** Calls are priced as of this time: a Tuesday, outside of DeepSeek's peak hours. */
const AT = { seconds: Date.UTC(2026, 10, 10, 12) / 1000, milliseconds: 0 };

/** Input, output and cache reads; no third: cached input is not cheaper. Null: the price is not known. */
type Expected = readonly [input: number, output: number, read?: number] | null;

const OURS = 'helicone-proxy';
const LIBRARY = 'genai-prices';

const EXPECTED: Readonly<Record<string, Readonly<Record<string, readonly [Expected, source?: string]>>>> = {
  // https://developers.openai.com/api/docs/pricing
  openai: {
    'gpt-6-astra': [[10, 50, 1]],
    'gpt-6-sol': [[2, 10, 0.2]],
    'gpt-6-luna': [[0.1, 0.5, 0.01]],
    'gpt-6.2-sol': [[2, 10, 0.1], OURS],
    'gpt-5.6-sol': [[4, 20, 0.4]],
    'gpt-5.5': [[5, 30, 0.5]],
    'gpt-5.4-mini': [[0.75, 4.5, 0.075]],
    'gpt-5.2': [[1.75, 14, 0.175]],
    'gpt-5': [[1.25, 10, 0.125]],
    'gpt-5-nano': [[0.05, 0.4, 0.005]],
    'gpt-5-pro': [[15, 120]],
    'gpt-4.1': [[2, 8, 0.5]],
    'gpt-4o': [[2.5, 10, 1.25]],
    'gpt-4o-mini': [[0.15, 0.6, 0.075]],
    o3: [[2, 8, 0.5]],
    'o4-mini': [[1.1, 4.4, 0.275]],
    'gpt-4o-audio-preview': [[2.5, 10], OURS],
    'ft:gpt-4o-mini-2024-07-18:acme::abc': [[0.3, 1.2, 0.15], OURS],
    'gpt-7': [null],
  },
  // https://platform.claude.com/docs/en/about-claude/pricing
  anthropic: {
    'claude-fable-5-2': [[8, 40, 0.2], OURS],
    'claude-opus-5-5': [[4, 20, 0.2]],
    'claude-opus-5': [[5, 25, 0.5]],
    'claude-sonnet-5-5': [[2, 10, 0.1], OURS],
    'claude-sonnet-5': [[2, 10, 0.2]],
    'claude-haiku-5-5': [[0.1, 0.5, 0.01], OURS],
    'claude-haiku-4-5-20251001': [[1, 5, 0.1]],
    'claude-sonnet-4-6': [[3, 15, 0.3]],
    'claude-opus-4-1-20250805': [[15, 75, 1.5]],
    'claude-opus-9': [null],
  },
  // https://ai.google.dev/gemini-api/docs/pricing
  google: {
    'gemini-3.8-flash': [[0.75, 3.75, 0.075]],
    'gemini-3.5-flash': [[1.5, 9, 0.15]],
    'gemini-3.5-flash-lite': [[0.3, 2.5, 0.03]],
    'gemini-3.1-pro-preview': [[2, 12, 0.2]],
    'gemini-3.1-flash-lite': [[0.25, 1.5, 0.025]],
    'gemini-3-flash-preview': [[0.5, 3, 0.05]],
    'gemini-2.5-pro': [[1.25, 10, 0.125]],
    'gemini-2.5-flash': [[0.3, 2.5, 0.03]],
    'gemini-2.5-flash-lite': [[0.1, 0.4, 0.01]],
    'gemini-3.8-flash-lite': [null],
  },
  // https://cloud.google.com/vertex-ai/generative-ai/pricing
  vertex: {
    'google/gemini-2.5-pro': [[1.25, 10, 0.125]],
    'gemini-3.8-flash': [[0.75, 3.75, 0.075]],
    'claude-sonnet-4-5@20250929': [[3, 15, 0.3]],
    'claude-opus-4-8': [[5, 25, 0.5]],
    'claude-haiku-4-5@20251001': [[1, 5, 0.1]],
    'meta/llama-4-maverick-17b-128e-instruct-maas': [null],
  },
  // https://aws.amazon.com/bedrock/pricing/
  bedrock: {
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0': [[3.3, 16.5, 0.33]],
    'global.anthropic.claude-opus-4-8': [[5, 25, 0.5]],
    'us.anthropic.claude-haiku-4-5-20251001-v1:0': [[1.1, 5.5, 0.11]],
    'amazon.nova-pro-v1:0': [[0.8, 3.2, 0.2]],
    'amazon.nova-lite-v1:0': [[0.06, 0.24, 0.015]],
    'openai.gpt-oss-120b-1:0': [[0.15, 0.6]],
    'meta.llama3-3-70b-instruct-v1:0': [[0.72, 0.72]],
    'us.anthropic.claude-sonnet-5-5': [null],
  },
  // https://azure.microsoft.com/pricing/details/azure-openai/
  azure: {
    'gpt-4o-2024-08-06': [[2.5, 10, 1.25]],
    'gpt-4.1-mini': [[0.4, 1.6, 0.1]],
    'gpt-5-mini-2025-08-07': [[0.25, 2, 0.025]],
    'gpt-35-turbo': [[0.5, 1.5]],
    'my-deployment': [null],
  },
  // https://groq.com/pricing
  groq: {
    'llama-3.3-70b-versatile': [[0.59, 0.79]],
    'llama-3.1-8b-instant': [[0.05, 0.08]],
    'openai/gpt-oss-120b': [[0.15, 0.6, 0.075]],
    'qwen/qwen3-32b': [[0.29, 0.59]],
    'meta-llama/llama-4-scout-17b-16e-instruct': [[0.11, 0.34]],
  },
  // https://docs.mistral.ai/getting-started/models
  mistral: {
    'mistral-large-4': [[0.68, 2.09, 0.07], OURS],
    'mistral-large-latest': [[0.5, 1.5, 0.05], OURS],
    'mistral-medium-latest': [[1.5, 7.5, 0.15]],
    'mistral-small-latest': [[0.15, 0.6, 0.015], OURS],
    'codestral-latest': [[0.3, 0.9, 0.03], OURS],
    'ministral-8b-latest': [[0.15, 0.15, 0.015]],
  },
  // https://api-docs.deepseek.com/quick_start/pricing
  deepseek: {
    'deepseek-flash': [[0.15, 0.6, 0.003], OURS],
    'deepseek-v4-pro': [[0.66, 1.98, 0.022], OURS],
    'deepseek-v4-flash': [[0.15, 0.6, 0.003], OURS],
    'deepseek-chat': [[0.15, 0.6, 0.003], OURS],
    'deepseek-v9': [null],
  },
  // https://www.together.ai/pricing
  together: {
    'meta-llama/Llama-3.3-70B-Instruct-Turbo': [[0.88, 0.88]],
    'meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo': [[3.5, 3.5]],
    'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8': [[0.27, 0.85]],
    'meta-llama/Llama-4-Scout-17B-16E-Instruct': [[0.18, 0.59]],
    'deepseek-ai/DeepSeek-V3': [null],
  },
  // https://docs.fireworks.ai/serverless/pricing
  fireworks: {
    'accounts/fireworks/models/kimi-k3': [[3, 15, 0.3]],
    'accounts/fireworks/models/deepseek-v4-pro': [[1.74, 3.48, 0.145]],
    'accounts/fireworks/models/gpt-oss-120b': [[0.15, 0.6, 0.014]],
    'accounts/fireworks/models/glm-5p2': [[1.4, 4.4, 0.14]],
    'accounts/mine/models/tuned': [null],
  },
  // https://openrouter.ai/models
  openrouter: {
    'openai/gpt-6-sol': [[2, 10, 0.2]],
    'anthropic/claude-sonnet-4.5': [[3, 15, 0.3]],
    'anthropic/claude-opus-5.5': [[4, 20, 0.2]],
    'x-ai/grok-4.3': [[1.25, 2.5, 0.2]],
    'qwen/qwq-32b:free': [[0, 0]],
    'nobody/unheard-of': [null],
  },
  // https://docs.perplexity.ai/getting-started/pricing: the fee for a request is told with its answer alone
  perplexity: {
    'sonar-deep-research': [[2, 8]],
    'r1-1776': [[2, 8]],
    sonar: [null],
    'sonar-pro': [null],
    'sonar-reasoning-pro': [null],
  },
  // https://docs.x.ai/developers/pricing
  xai: {
    'grok-4.7': [[2, 6, 0.5], OURS],
    'grok-4.6': [[2, 6, 0.5]],
    'grok-4.5': [[2, 6, 0.3]],
    'grok-4.3': [[1.25, 2.5, 0.2]],
    'grok-4': [[3, 15, 0.75]],
    'grok-9': [null],
  },
  // https://cohere.com/pricing
  cohere: {
    'command-a-03-2025': [[2.5, 10]],
    'command-r-plus-08-2024': [[2.5, 10]],
    'command-r7b-12-2024': [[0.0375, 0.15]],
    'embed-english-v3.0': [[0.1, 0], OURS],
    'command-a-reasoning-08-2025': [null],
  },
  // https://inference-docs.cerebras.ai/support/pricing
  cerebras: {
    'gpt-oss-120b': [[0.35, 0.75]],
    'gemma-4-31b': [[0.99, 1.49]],
    'llama-3.3-70b': [[0.85, 1.2]],
    'llama3.1-8b': [[0.1, 0.1]],
    'qwen-3-coder-480b': [null],
  },
};

const MODELS = Object.entries(EXPECTED).flatMap(([provider, models]) =>
  Object.entries(models).map(([model, [prices, source = LIBRARY]]) => ({ provider, model, prices, source })),
);

const THOUSAND = 1000;
/** A thousand tokens of one kind each: a thousandth of a price per million is a nano-dollar. */
const USAGES = {
  input: { prompt_tokens: THOUSAND, completion_tokens: 0 },
  output: { prompt_tokens: 0, completion_tokens: THOUSAND },
  read: { prompt_tokens: THOUSAND, completion_tokens: 0, prompt_tokens_details: { cached_tokens: THOUSAND } },
} as const;
const KINDS = Object.keys(USAGES) as (keyof typeof USAGES)[];

function log(provider: string, model: string, kind: keyof typeof USAGES): object {
  return {
    provider,
    providerRequest: {
      url: 'https://api.example.com/v1/chat/completions',
      json: { model, messages: [{ role: 'user', content: kind }] },
      meta: { 'Helicone-Property-Kind': kind },
    },
    providerResponse: {
      status: 200,
      headers: {},
      json: { object: 'chat.completion', model, choices: [], usage: USAGES[kind] },
    },
    timing: { startTime: AT, endTime: { ...AT, milliseconds: 500 } },
  };
}

/** USD per million tokens that a call of one kind was charged at; null when its cost is not known. */
function rateOf(record: CallRecord | undefined): number | null {
  const { cost_usd: usd = null } = record ?? {};
  return usd === null ? null : Number((usd * THOUSAND).toFixed(6));
}

describe('100 models of 15 providers', () => {
  test('are as many', () => {
    expect(MODELS.length).toBeGreaterThanOrEqual(100);
    expect(Object.keys(EXPECTED).length).toBeGreaterThanOrEqual(15);
    for (const [provider, models] of Object.entries(EXPECTED)) {
      expect([provider, Object.keys(models).length >= 5]).toEqual([provider, true]);
    }
  });

  test('are priced, or known not to be', async () => {
    const rig = await startRig(KEYS);
    for (const { provider, model } of MODELS) {
      const answers = await Promise.all(KINDS.map((kind) => send(rig, log(provider, model, kind))));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    }
    const records = new Map(
      (await rig.records('a')).map((record) => [
        `${record.provider} ${record.model} ${record.properties.kind}`,
        record,
      ]),
    );
    expect(records.size).toBe(MODELS.length * KINDS.length);
    const lines = [row('provider', 'model', 'input', 'output', 'cache read', 'source')];
    const found = MODELS.map(({ provider, model }) => {
      const of = (kind: string): CallRecord | undefined => records.get(`${provider} ${model} ${kind}`);
      const [input, output, read] = KINDS.map((kind) => rateOf(of(kind)));
      const source = of('input')?.price_source ?? null;
      lines.push(row(provider, model, input, output, read, source));
      return { provider, model, input, output, read, source };
    });
    // biome-ignore lint/suspicious/noConsole: the list is what this test is asked for
    console.log(lines.join('\n'));
    expect(found).toEqual(
      MODELS.map(({ provider, model, prices, source }) => ({
        provider,
        model,
        input: prices?.[0] ?? null,
        output: prices?.[1] ?? null,
        read: prices === null ? null : (prices[2] ?? prices[0]),
        source: prices === null ? null : source,
      })),
    );
  });
});

const WIDTHS = [11, 52, 8, 8, 11, 0];

function row(...cells: unknown[]): string {
  return cells.map((cell, i) => String(cell).padEnd(WIDTHS[i] as number)).join(' ');
}
