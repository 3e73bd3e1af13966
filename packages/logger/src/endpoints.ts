/** SDKs whose calls are recorded by themselves. */
export type SdkName = 'openai' | 'anthropic' | 'google';

/** Calls of a model, by the end of their path; files, batches, lists and token counts are none. */
const MODEL_CALLS: Record<SdkName, RegExp> = {
  openai: /\/(chat\/completions|completions|responses|embeddings)$/,
  // Through Vertex AI a message is a `rawPredict` of the model.
  anthropic: /(\/v1\/(messages|complete)|:(rawPredict|streamRawPredict))$/,
  google: /:(generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/,
};

/** Providers that are called by the SDK of another one, by host. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/\.openai\.azure\.com$|\.cognitiveservices\.azure\.com$|\.services\.ai\.azure\.com$/, 'azure'],
  [/(^|[.-])aiplatform\.googleapis\.com$|\.rep\.googleapis\.com$/, 'vertex'],
  [/^bedrock[.-].*\.amazonaws\.com$/, 'bedrock'],
  [/^generativelanguage\.googleapis\.com$/, 'google'],
  [/^api\.anthropic\.com$/, 'anthropic'],
  [/^api\.groq\.com$/, 'groq'],
  [/^api\.mistral\.ai$/, 'mistral'],
  [/^api\.deepseek\.com$/, 'deepseek'],
  [/^api\.together\.(xyz|ai)$/, 'together'],
  [/^api\.fireworks\.ai$/, 'fireworks'],
  [/^openrouter\.ai$/, 'openrouter'],
  [/^api\.perplexity\.ai$/, 'perplexity'],
  [/^api\.x\.ai$/, 'xai'],
  [/^api\.cohere\.(com|ai)$/, 'cohere'],
  [/^api\.cerebras\.ai$/, 'cerebras'],
  [/^api\.deepinfra\.com$/, 'deepinfra'],
  [/^integrate\.api\.nvidia\.com$/, 'nvidia'],
  [/(^|\.)nebius\.(com|ai)$/, 'nebius'],
  [/^api\.novita\.ai$/, 'novita'],
  [/^api\.hyperbolic\.xyz$/, 'hyperbolic'],
];

/** Deployments have their own paths, also behind a gateway. */
const AZURE_PATH = /\/openai\/deployments\/[^/]+\//;

/** Where a call of a model goes. */
export interface ModelCall {
  provider: string;
  /** URL without credentials, query and fragment. */
  url: string;
}

/** Tells where a request goes that an SDK is about to send; null when it is no call of a model. */
export function modelCallOf(sdk: SdkName, url: string, method: string): ModelCall | null {
  if (method.toUpperCase() !== 'POST') return null;
  const { origin, hostname, pathname } = new URL(url);
  if (!MODEL_CALLS[sdk].test(pathname)) return null;
  const provider = HOSTS.find(([host]) => host.test(hostname))?.[1] ?? (AZURE_PATH.test(pathname) ? 'azure' : sdk);
  return { provider, url: origin + pathname };
}
