import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RedactFn } from './redact.js';

/** `records.redact` as the user gives it: a module, which runs in the records worker, or a function, which cannot. */
export type RedactOption = { module: string | URL } | RedactFn;

/** A module to import, as the address of its file or the name of a package; or a function of the host's. */
export type ResolvedRedact = { readonly module: string } | { readonly fn: RedactFn };

/** Null when the option is not given. Throws a `TypeError` when it is wrong. */
export function resolveRedactOption(option: RedactOption | undefined): ResolvedRedact | null {
  if (option === undefined) return null;
  if (typeof option === 'function') return { fn: option };
  const module: unknown = typeof option === 'object' && option !== null ? option.module : undefined;
  if (module instanceof URL && module.protocol === 'file:') return { module: module.href };
  if (typeof module !== 'string' || module === '') {
    throw new TypeError('records.redact: must be a function, or { module } with a file URL, a path or a package name');
  }
  // Relative to where the process was started, as all paths in options are.
  const isPath = isAbsolute(module) || /^\.{1,2}[\\/]/.test(module);
  return { module: isPath ? pathToFileURL(resolve(module)).href : module };
}
