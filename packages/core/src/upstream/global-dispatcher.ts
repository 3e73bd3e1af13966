// Importing undici 8 replaces the dispatcher of the host's global fetch on Node 22 (and on 24 where nothing had used fetch
// yet). This module must be imported before undici; `restoreGlobalDispatcher` puts back what was there.
const LEGACY = Symbol.for('undici.globalDispatcher.1');
const host = globalThis as Record<symbol, unknown>;
const before = host[LEGACY];

/** Puts the host's dispatcher back; when it had none yet, Node makes its own on first use, as without us. */
export function restoreGlobalDispatcher(): void {
  // undici defines the property as writable and not configurable: it can be set, but never deleted.
  if (host[LEGACY] !== before) host[LEGACY] = before;
}
