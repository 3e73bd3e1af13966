/** Of a longer text the first and the last 32 Ki characters are looked at: an attack stands where it is read first or last. */
const MAX_SIDE = 32 * 1024;

/** At most so many encoded stretches are decoded, each up to so many characters. */
const MAX_ENCODED = 8;
const MAX_ENCODED_LENGTH = 4096;

/** One way to read a prompt. */
export interface Reading {
  text: string;
  /** The text stood in the prompt in an encoding that people do not read. */
  hidden: boolean;
}

/**
 * A prompt in the forms in which an attack may be found in it: as it is, normalised (NFKC, lower case, without invisible
 * characters, white space collapsed); with digits and look-alike letters read as the letters they stand for; with letters that
 * are spaced out drawn together; and what its base64 stretches decode to. Bounded and linear.
 */
export function readingsOf(prompt: string): Reading[] {
  const bounded = prompt.length <= 2 * MAX_SIDE ? prompt : `${prompt.slice(0, MAX_SIDE)}\n${prompt.slice(-MAX_SIDE)}`;
  const folded = folds(bounded);
  const plain = collapsed(folded);
  const readings: Reading[] = [{ text: plain, hidden: false }];
  const disguised = collapsed(undisguised(drawnTogether(folded)));
  if (disguised !== plain) readings.push({ text: disguised, hidden: false });
  for (const decoded of decodedStretches(bounded)) readings.push({ text: collapsed(folds(decoded)), hidden: true });
  return readings;
}

/** Soft hyphens, zero-width and bidirectional controls, variation selectors, tags: what nobody sees. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u202a-\u202e\u2066-\u2069]/gu;

function folds(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .replace(/[‘’‛`´]/g, "'")
    .replace(/[“”„«»]/g, '"');
}

function collapsed(text: string): string {
  return text.replace(/[^\S\n]+/g, ' ').replace(/ ?\n\s*/g, '\n');
}

/** `i g n o r e  a l l` and `i-g-n-o-r-e`: single letters with one separator each. */
function drawnTogether(text: string): string {
  return text.replace(/(?<![a-z0-9])(?:[a-z0-9@$][ .\-_*|]){3,}[a-z0-9](?![a-z0-9])/g, (run) =>
    run.replace(/[ .\-_*|]/g, ''),
  );
}

const LOOK_ALIKE: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  һ: 'h',
  ո: 'n',
  к: 'k',
  м: 'm',
  т: 't',
  α: 'a',
  ε: 'e',
  ο: 'o',
  ρ: 'p',
  ι: 'i',
  ν: 'v',
  υ: 'u',
  τ: 't',
  κ: 'k',
};

/** In words that mix Latin letters with others: a word of digits, or a Russian one, is left as it is. */
function undisguised(text: string): string {
  return text.replace(/[a-z0-9@$!|а-яіѕјԁһոα-ω]{2,64}/g, (word) =>
    /[a-z]/.test(word) && /[^a-z]/.test(word) ? word.replace(/[^a-z]/g, (sign) => LOOK_ALIKE[sign] ?? sign) : word,
  );
}

/** What base64 stretches say, where it is text. */
function decodedStretches(text: string): string[] {
  const found: string[] = [];
  for (const [stretch] of text.matchAll(/[A-Za-z0-9+/_-]{24,}/g)) {
    if (found.length === MAX_ENCODED) break;
    const decoded = Buffer.from(stretch.slice(0, MAX_ENCODED_LENGTH), 'base64').toString('latin1');
    // Words need spaces, and text has nothing but printable characters.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells other bytes from text
    if (decoded.includes(' ') && !/[\x00-\x08\x0e-\x1f\x7f-\x9f]/.test(decoded)) found.push(decoded);
  }
  return found;
}
