/** A model as a price table names it. */
export interface TableName {
  /** Our provider name, or the library's where a model's name says who serves it. */
  provider: string;
  model: string;
}

/** Tables of the library that are not named after a provider of ours, but after who serves a model of Hugging Face's router. */
const HUGGING_FACE = /^(.+):([a-z0-9-]+)$/;
/** `arn:aws:bedrock:<region>:<account>:<kind>/<id>`; only models and profiles of Amazon's own say which model they are. */
const BEDROCK_ARN = /^arn:[^:]*:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/(.+)$/;
/** Gemini's API and Vertex AI: `models/x`, `publishers/google/models/x`, `projects/p/locations/l/publishers/google/models/x`. */
const GOOGLE_RESOURCE = /^(?:(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/)?models\/([^/]+)$/;
/** As Vertex AI's endpoint for OpenAI's clients names them. */
const GOOGLE_PUBLISHER = /^(?:google|anthropic)\//;

/**
 * The name that price tables have for a model as it arrives: without the paths, regions and prefixes of resource names. Null for a
 * resource of one's own, behind which any model may stand.
 */
export function tableName(provider: string, model: string): TableName | null {
  switch (provider) {
    case 'bedrock': {
      if (!model.startsWith('arn:')) return { provider, model };
      const id = BEDROCK_ARN.exec(model)?.[1];
      return id === undefined ? null : { provider, model: id };
    }
    case 'google':
    case 'vertex': {
      const name = GOOGLE_RESOURCE.exec(model)?.[1] ?? model.replace(GOOGLE_PUBLISHER, '');
      return name.includes('/') && !GOOGLE_RESOURCE.test(model) ? null : { provider, model: name };
    }
    case 'azure':
      // https://learn.microsoft.com/azure/ai-foundry/openai/concepts/models: dots are not allowed in deployments' names
      return { provider, model: model.replace(/^gpt-35-/, 'gpt-3.5-') };
    case 'fireworks':
      return { provider, model: model.includes('/') ? model : `accounts/fireworks/models/${model}` };
    case 'huggingface': {
      const [, id, server] = HUGGING_FACE.exec(model) ?? [];
      return id === undefined ? null : { provider: `huggingface_${server}`, model: id };
    }
    default:
      return { provider, model };
  }
}
