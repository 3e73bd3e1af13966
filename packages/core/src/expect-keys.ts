/** Throws when `value` is no object or has a key that is not among `known`. */
export function expectKeys(where: string, value: object, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${where}: must be an object`);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown key "${key}"; known are ${known.join(', ')}`);
  }
}
