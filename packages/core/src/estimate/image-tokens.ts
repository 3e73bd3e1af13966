import type { ImageSize } from './image-size.js';

/** A picture of a request. */
export interface RequestImage {
  /** Null when it is not told: a link, or a header that cannot be read. */
  size: ImageSize | null;
  /** OpenAI's `detail`: `low`, `high`, `original` or `auto`; null when it is not told, which is `auto`. */
  detail: string | null;
}

/** What stands in for a size that is not told, so that there is an estimate at all: a common one of photographs and screens. */
const COMMON_SIZE: ImageSize = { width: 1024, height: 1024 };

/**
 * What a picture counts as input tokens by the formula that its model's provider publishes; null where none is known to us. One
 * whose size is not told is taken for 1024 x 1024 px.
 */
export function imageTokens(model: string | null, { size, detail }: RequestImage): number | null {
  const name = modelName(model);
  const { width, height } = size ?? COMMON_SIZE;
  if (name.includes('claude')) return claudeTokens(name, width, height);
  if (/^gemini-/.test(name)) return geminiTokens(name, width, height);
  const patch = PATCHES.find(([pattern]) => pattern.test(name));
  if (patch !== undefined) return Math.ceil(patchesOf(width, height, budgetOf(name, detail)) * patch[1] - HAIR);
  const tile = TILES.find(([pattern]) => pattern.test(name));
  if (tile === undefined) return null;
  return detail === 'low' ? tile[1] : tile[1] + tile[2] * tilesOf(width, height);
}

/** A gateway's `openai/gpt-4o`, a fine-tune's `ft:gpt-4o:…`: the model's own name. */
function modelName(model: string | null): string {
  return model?.slice(model.lastIndexOf('/') + 1).replace(/^ft:/, '') ?? '';
}

/**
 * How OpenAI counts pictures by patches of 32 px: tokens a patch, by how models' names begin, the first that fits.
 * https://developers.openai.com/api/docs/guides/images-vision#calculating-costs
 *
 * For GPT-5's small models users were billed 1.2 and 1.5, but this is what is published:
 * https://community.openai.com/t/gpt-5-mini-image-input-token-calculation-discrepancy-with-official-faq-formula/1344040
 */
const PATCHES: readonly (readonly [name: RegExp, tokens: number])[] = [
  [/^gpt-(?:4\.1|5|5\.\d+)-mini/, 1.62],
  [/^gpt-(?:4\.1|5|5\.\d+)-nano/, 2.46],
  [/^o4-mini/, 1.72],
  [/^gpt-5(?:\.1)?-codex-mini|^gpt-5\.[2-9]/, 1],
];

/** The same by tiles of 512 px: a base, and so much for each. From the same page. */
const TILES: readonly (readonly [name: RegExp, base: number, tile: number])[] = [
  [/^gpt-4o-mini/, 2833, 5667],
  [/^gpt-5(?!\.)/, 70, 140],
  [/^(?:chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-4-turbo|gpt-4-vision|gpt-4-1106-vision)/, 85, 170],
  [/^(?:o1|o3)/, 75, 150],
  [/^computer-use-preview/, 65, 129],
];

/** What a picture is made to fit before its patches are counted. */
interface PatchBudget {
  patches: number;
  /** Of the longer side, pixels. */
  side: number;
}

const SMALL: PatchBudget = { patches: 1536, side: 2048 };
const HIGH: PatchBudget = { patches: 2500, side: 2048 };
const ORIGINAL: PatchBudget = { patches: 10_000, side: 6000 };
const ENDLESS: PatchBudget = { patches: Number.POSITIVE_INFINITY, side: Number.POSITIVE_INFINITY };

/** By model and detail, from the same page's table. `low` is not seen: users were billed no less for it. */
function budgetOf(name: string, detail: string | null): PatchBudget {
  if (!LARGE.test(name)) return SMALL;
  const auto = detail !== 'original' && detail !== 'high' && detail !== 'low';
  if (detail !== 'original' && !(auto && !name.startsWith('gpt-5.4'))) return HIGH;
  return /^gpt-5\.[45]/.test(name) ? ORIGINAL : ENDLESS;
}

const LARGE = /^gpt-5\.[4-9](?!-(?:mini|nano))/;

/** Made to fit 2048 x 2048, then so that the shorter side is at most 768, then covered with tiles of 512. */
function tilesOf(width: number, height: number): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const scale = fit * Math.min(1, 768 / (Math.min(width, height) * fit));
  return cover(width * scale, 512) * cover(height * scale, 512);
}

/** Patches that cover it; where they are too many, those of the picture made smaller until they fit, in whole patches. */
function patchesOf(width: number, height: number, { patches: most, side }: PatchBudget): number {
  const fit = Math.min(1, side / Math.max(width, height));
  const patches = cover(width * fit, 32) * cover(height * fit, 32);
  if (patches <= most) return patches;
  const shrink = Math.sqrt((32 * 32 * most) / (width * height));
  const [across, down] = [(width * shrink) / 32, (height * shrink) / 32];
  const scale = shrink * Math.min(Math.floor(across) / across, Math.floor(down) / down);
  return Math.min(most, cover(width * scale, 32) * cover(height * scale, 32));
}

/** Factors and products have no exact binary form: so much over a whole number is that number. */
const HAIR = 1e-6;

function cover(length: number, tile: number): number {
  return Math.max(1, Math.ceil(length / tile - HAIR));
}

/**
 * A token for each patch of 28 px, of a picture whose longer side is made to fit 1568 px and which has 1568 patches at most;
 * 2576 px and 4784 patches from Claude 4.7 on.
 * https://platform.claude.com/docs/en/build-with-claude/vision
 */
function claudeTokens(name: string, width: number, height: number): number {
  const [side, most] = CLAUDE_LARGE.test(name) ? [2576, 4784] : [1568, 1568];
  const fit = Math.min(1, side / Math.max(width, height));
  const patches = cover(width * fit, 28) * cover(height * fit, 28);
  if (patches <= most) return patches;
  // The largest that fits: made smaller, it first does where one of its sides is of whole patches.
  let best = { scale: 0, patches: most };
  for (const length of [width, height]) {
    for (let count = cover(length * fit, 28); count > 0; count -= 1) {
      const scale = (count * 28) / length;
      const found = cover(width * scale, 28) * cover(height * scale, 28);
      if (scale > fit || found > most) continue;
      if (scale > best.scale) best = { scale, patches: found };
      break;
    }
  }
  return best.patches;
}

/** `claude-opus-4-7`, but no `claude-opus-4-20250514`. */
const CLAUDE_LARGE = /claude-[a-z]+-(?:4[-.][7-9]|[5-9])(?!\d)/;

/**
 * 258 where both sides are at most 384 px, else 258 for each tile of 768 px:
 * https://ai.google.dev/gemini-api/docs/tokens#multimodal-tokens. From Gemini 3 on 1120, unless the request sets another
 * resolution: https://ai.google.dev/gemini-api/docs/media-resolution#token-counts.
 */
function geminiTokens(name: string, width: number, height: number): number {
  if (/^gemini-[3-9]/.test(name)) return 1120;
  const tiles = width <= 384 && height <= 384 ? 1 : cover(width, 768) * cover(height, 768);
  return 258 * tiles;
}
