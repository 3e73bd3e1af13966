/** Where a provider expects its credential. */
export type CredentialHeader = 'authorization' | 'x-api-key' | 'api-key' | 'x-goog-api-key';

/** A provider is a row of data. */
export interface ProviderRow {
  name: string;
  aliases?: readonly string[];
  /** Origin, and path if every call of the provider starts with one. Null: the user's options must give it. */
  baseUrl: string | null;
  credential: CredentialHeader;
  /** Name of its price table in `@pydantic/genai-prices`; null: it has none there. */
  prices: string | null;
  /** Bedrock: a host for each region of AWS, and calls that AWS credentials sign. */
  bedrock?: true;
}

/** Origins as the providers' API references give them; hosts where Helicone's own table (reference 2.1) has the same. */
export const PROVIDERS: readonly ProviderRow[] = [
  {
    name: 'openai',
    aliases: ['oai'],
    baseUrl: 'https://api.openai.com',
    credential: 'authorization',
    prices: 'openai',
  },
  { name: 'anthropic', baseUrl: 'https://api.anthropic.com', credential: 'x-api-key', prices: 'anthropic' },
  {
    name: 'google',
    aliases: ['gemini'],
    baseUrl: 'https://generativelanguage.googleapis.com',
    credential: 'x-goog-api-key',
    prices: 'google',
  },
  { name: 'azure', baseUrl: null, credential: 'api-key', prices: 'azure' },
  { name: 'bedrock', baseUrl: null, credential: 'authorization', prices: 'aws', bedrock: true },
  { name: 'vertex', baseUrl: null, credential: 'authorization', prices: 'google' },
  { name: 'groq', baseUrl: 'https://api.groq.com', credential: 'authorization', prices: 'groq' },
  { name: 'mistral', baseUrl: 'https://api.mistral.ai', credential: 'authorization', prices: 'mistral' },
  { name: 'deepseek', baseUrl: 'https://api.deepseek.com', credential: 'authorization', prices: 'deepseek' },
  { name: 'together', baseUrl: 'https://api.together.xyz', credential: 'authorization', prices: 'together' },
  { name: 'fireworks', baseUrl: 'https://api.fireworks.ai', credential: 'authorization', prices: 'fireworks' },
  { name: 'openrouter', baseUrl: 'https://openrouter.ai', credential: 'authorization', prices: 'openrouter' },
  { name: 'perplexity', baseUrl: 'https://api.perplexity.ai', credential: 'authorization', prices: 'perplexity' },
  { name: 'xai', aliases: ['x'], baseUrl: 'https://api.x.ai', credential: 'authorization', prices: 'x-ai' },
  { name: 'cohere', baseUrl: 'https://api.cohere.com', credential: 'authorization', prices: 'cohere' },
  { name: 'cerebras', baseUrl: 'https://api.cerebras.ai', credential: 'authorization', prices: 'cerebras' },
  { name: 'deepinfra', baseUrl: 'https://api.deepinfra.com', credential: 'authorization', prices: null },
  { name: 'nvidia', baseUrl: 'https://integrate.api.nvidia.com', credential: 'authorization', prices: null },
  { name: 'nebius', baseUrl: 'https://api.tokenfactory.nebius.com', credential: 'authorization', prices: null },
  { name: 'novita', baseUrl: 'https://api.novita.ai', credential: 'authorization', prices: 'novita' },
  { name: 'hyperbolic', baseUrl: 'https://api.hyperbolic.xyz', credential: 'authorization', prices: null },
];
