import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedactFn } from '../redact.js';

/**
 * Loads a user's redact module, ESM or CommonJS. By `require`, which takes both and finds a package where the process was
 * started: among the host's dependencies, not among ours. Throws, with what is wrong, when it cannot be used; so does a module
 * that awaits something at its top level.
 */
export function loadRedactModule(module: string): RedactFn {
  const load = createRequire(join(process.cwd(), 'package.json'));
  const loaded: unknown = load(module.startsWith('file:') ? fileURLToPath(module) : module);
  // An ESM namespace, and what compilers make of a default export for CommonJS, keep it below `default`.
  for (let found = loaded, depth = 0; depth < 3; found = defaultOf(found), depth += 1) {
    if (typeof found === 'function') return found as RedactFn;
  }
  throw new TypeError('its default export is no function');
}

function defaultOf(value: unknown): unknown {
  return (value as { default?: unknown } | null | undefined)?.default;
}
