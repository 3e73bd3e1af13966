/**
 * What a call does, in the words of OpenTelemetry's GenAI conventions (`gen_ai.operation.name`), told by how its path ends; null
 * for paths that are none of them, such as lists of models or files.
 */
export function operationOf(path: string): string | null {
  for (const [end, operation] of OPERATIONS) if (end.test(path)) return operation;
  return null;
}

const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\/chat\/completions\/?$/, 'chat'],
  [/\/completions\/?$/, 'text_completion'],
  [/\/(?:responses|realtime|converse|converse-stream)\/?$/, 'chat'],
  // Not OpenAI's lists of stored messages.
  [/(?<!\/(?:threads|completions)\/[^/]+)\/messages\/?$/, 'chat'],
  [/\/embeddings\/?$/, 'embeddings'],
  [/(?::|%3a)(?:stream)?generatecontent$/i, 'generate_content'],
  [/(?::|%3a)(?:batch)?embedcontents?$/i, 'embeddings'],
];

/** Names that the GenAI conventions have for providers of ours (`gen_ai.provider.name`); the others go by their own. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  vertex: 'gcp.vertex_ai',
  xai: 'x_ai',
};

/** A provider by its name in the GenAI conventions. */
export function providerName(provider: string): string {
  return Object.hasOwn(PROVIDER_NAMES, provider) ? (PROVIDER_NAMES[provider] as string) : provider;
}
