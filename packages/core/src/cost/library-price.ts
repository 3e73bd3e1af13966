import { calcPrice, type PriceCalculation } from '@pydantic/genai-prices';
import { PROVIDERS } from '../providers/provider-rows.js';
import { tableName } from './model-names.js';
import { isUnderstood, type PriceTable } from './price-table.js';

/** Provider names that the price table knows, mostly under a name of its own; who is in neither has no price. */
export const PRICE_PROVIDERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(PROVIDERS.flatMap(({ name, prices }) => (prices === null ? [] : [[name, prices]]))),
  // Not among our own providers; users add them under these names.
  arcee: 'arcee',
  avian: 'avian',
  baseten: 'baseten',
  cloudflare: 'cloudflare',
  doubleword: 'doubleword',
  'github-copilot': 'github-copilot',
  minimax: 'minimax',
  modal: 'modal',
  moonshot: 'moonshotai',
  moonshotai: 'moonshotai',
  ovhcloud: 'ovhcloud',
  voyage: 'voyageai',
  voyageai: 'voyageai',
  zai: 'zai',
  zhipuai: 'zhipuai',
};

/** Whoever serves a model of Hugging Face's router has a table of its own there. */
const HUGGING_FACE = 'huggingface_';

/** The library's table of a model at a time (unix ms); null when it has none, or one that a usage cannot be charged by. */
export function libraryPrice(provider: string, model: string, at: number): PriceTable | null {
  const name = tableName(provider, model);
  const providerId = name === null ? undefined : idOf(name.provider);
  if (name === null || providerId === undefined) return null;
  const found = ask(name.model, providerId, at);
  if (found === null || isOtherModel(name.model, found.model)) return null;
  const table: PriceTable = { ...found.model_price, ...minimum(providerId, found.model.id) };
  if (!isUnderstood(table)) return null;
  // What is free at Gemini's API is billed by the machine's hour at Vertex AI.
  return provider === 'vertex' && Object.keys(table).length === 0 ? null : table;
}

function idOf(provider: string): string | undefined {
  if (Object.hasOwn(PRICE_PROVIDERS, provider)) return PRICE_PROVIDERS[provider];
  return provider.startsWith(HUGGING_FACE) ? provider : undefined;
}

/** Asked with no usage at all: then it neither warns nor finds any inconsistent, and gives the table. */
function ask(model: string, providerId: string, at: number): PriceCalculation | null {
  try {
    return calcPrice({}, model, { providerId, timestamp: new Date(at) });
  } catch {
    return null;
  }
}

/** Words that make another product of a model's name. */
const PRODUCT = /lite|image|tts|live|nano|mini|audio|embedding/g;
/** Anthropic's names with a minor version: `claude-sonnet-5-5`. A date has eight digits. */
const MINOR_VERSION = /claude-([a-z]+-\d+-\d{1,2})(?!\d)/;

/**
 * The library finds some models by the beginning of their names, and so takes a new one for its older relative. It is another model
 * where its name says something that neither the id nor the names of the one that was found say.
 */
function isOtherModel(model: string, { id, match }: PriceCalculation['model']): boolean {
  const known = `${id} ${JSON.stringify(match)}`;
  const words = model.toLowerCase().match(PRODUCT) ?? [];
  if (words.some((word) => !known.toLowerCase().includes(word))) return true;
  const version = MINOR_VERSION.exec(model)?.[1];
  return version !== undefined && !known.includes(version) && !known.includes(version.replace(/-(\d+)$/, '.$1'));
}

/** Groq charges for 10 seconds at least, as the library does itself: https://console.groq.com/docs/speech-to-text */
function minimum(providerId: string, model: string): PriceTable {
  return providerId === 'groq' && model.startsWith('whisper-') ? { minimum_audio_seconds: 10 } : {};
}
