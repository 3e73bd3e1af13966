/** Knows how many tokens models take, prompt and answer together. */
export interface ContextWindows {
  /** Null when it can be asked at once; else what has to be waited for first. Never rejects. */
  ready(): Promise<void> | null;
  /** Tokens; null when the model is not known. `provider` is our name for it, `at` unix ms. Never throws. */
  of(provider: string, model: string, at: number): number | null;
}

/**
 * Models whose window the library does not give, by how their names begin. From the providers' model pages: Google
 * ai.google.dev/gemini-api/docs/models (input limit), Meta's Llama 3 model cards, docs.mistral.ai/getting-started/models.
 */
const MORE: readonly (readonly [prefix: string, tokens: number])[] = [
  ['gemini-2.5-', 1_048_576],
  ['gemini-2.0-flash', 1_048_576],
  ['llama-3.3-', 131_072],
  ['llama-3.1-', 131_072],
  ['mistral-large', 131_072],
  ['mistral-medium', 131_072],
  ['mistral-small', 131_072],
];

/** Model names come from outside: only so many of them are kept, and none that is longer than any real one. */
const MAX_KNOWN = 512;
const MAX_MODEL_LENGTH = 256;

interface Library {
  calcPrice: typeof import('@pydantic/genai-prices').calcPrice;
  providers: Readonly<Record<string, string>>;
}

/**
 * Context windows out of the table of `@pydantic/genai-prices`. Its import takes 40 to 140 ms and 4 MB, so it waits for the first
 * call that needs it; finding a model takes up to 50 µs, so that is done once per name.
 */
export function createContextWindows(load: () => Promise<Library> = loadLibrary): ContextWindows {
  let library: Library | null = null;
  let loading: Promise<void> | null = null;
  const known = new Map<string, number | null>();
  return {
    ready() {
      if (library !== null) return null;
      loading ??= load().then(
        (loaded) => {
          library = loaded;
        },
        () => {
          // Tried again by the next call; this one takes the model for unknown.
          loading = null;
        },
      );
      return loading;
    },
    of(provider, model, at) {
      if (model === '' || model.length > MAX_MODEL_LENGTH) return null;
      const key = `${provider} ${model}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const tokens = (library === null ? null : windowOf(library, { provider, model, at })) ?? furtherWindow(model);
      if (library === null) return tokens;
      if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value as string);
      known.set(key, tokens);
      return tokens;
    },
  };
}

async function loadLibrary(): Promise<Library> {
  const [{ calcPrice }, { PRICE_PROVIDERS }] = await Promise.all([
    import('@pydantic/genai-prices'),
    import('../cost/price.js'),
  ]);
  return { calcPrice, providers: PRICE_PROVIDERS };
}

interface Question {
  provider: string;
  model: string;
  at: number;
}

/** First as this provider names it; a gateway, or a deployment elsewhere, may serve a model under its maker's name. */
function windowOf({ calcPrice, providers }: Library, { provider, model, at }: Question): number | null {
  const providerId = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  for (const options of providerId === undefined ? [{}] : [{ providerId }, {}]) {
    try {
      // No usage: then the library neither warns nor finds it inconsistent.
      const tokens = calcPrice({}, model, { ...options, timestamp: new Date(at) })?.model.context_window;
      if (typeof tokens === 'number' && tokens > 0) return tokens;
    } catch {
      // As good as unknown.
    }
  }
  return null;
}

function furtherWindow(model: string): number | null {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return MORE.find(([prefix]) => name.startsWith(prefix))?.[1] ?? null;
}
