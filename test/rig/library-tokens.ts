import { createRequire } from 'node:module';

interface Library {
  Tiktoken: new (ranks: unknown) => { encode(text: string, allowed: string[], disallowed: string[]): number[] };
}

const fromCore = createRequire(new URL('../../packages/core/package.json', import.meta.url));

/** Counts tokens of o200k_base with js-tiktoken's own class, special tokens as plain text. Takes a second to load. */
export function loadLibraryTokens(): (text: string) => number {
  const { Tiktoken } = fromCore('js-tiktoken/lite') as Library;
  const library = new Tiktoken(fromCore('js-tiktoken/ranks/o200k_base'));
  return (text) => library.encode(text, [], []).length;
}
