import { PROVIDERS } from '../providers/provider-rows.js';

/**
 * Names under which others know our providers, lower-case: Helicone's, OpenTelemetry's (`gen_ai.provider.name` and the older
 * `gen_ai.system`), those of Vercel's AI SDK.
 */
const OTHER_NAMES: Record<string, string> = {
  'amazon-bedrock': 'bedrock',
  aws: 'bedrock',
  'aws.bedrock': 'bedrock',
  az: 'azure',
  'azure-openai': 'azure',
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  'azure.openai': 'azure',
  fireworksai: 'fireworks',
  'fireworks.ai': 'fireworks',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'vertex',
  'google.generative-ai': 'google',
  'google.vertex': 'vertex',
  googleapis: 'google',
  grok: 'xai',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  together_ai: 'together',
  togetherai: 'together',
  vertex_ai: 'vertex',
  vertexai: 'vertex',
  x_ai: 'xai',
};

const NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OTHER_NAMES),
  ...PROVIDERS.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((each): [string, string] => [each, name])),
]);

const ORIGINS: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ name, baseUrl }) => (baseUrl === null ? [] : [[new URL(baseUrl).origin, name]])),
);

/**
 * Our name of a provider that a log names, in any case. What comes behind a dot may be a part of its API (`openai.responses`).
 * One that we do not know keeps its own name, lower-case.
 */
export function providerName(given: string): string {
  const lower = given.trim().toLowerCase();
  for (let name = lower; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const known = NAMES.get(name);
    if (known !== undefined) return known;
  }
  return lower;
}

/** The provider at an origin; null when it is none of the built-in ones. */
export function providerAt(origin: string): string | null {
  return ORIGINS.get(origin) ?? null;
}
