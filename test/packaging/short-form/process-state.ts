/** What a library could change about the process around it: values by the name of what they are. */
type ProcessState = ReadonlyMap<string, unknown>;

/** The dispatcher of Node's own fetch, which undici 8 replaces on Node 22 when it is imported and nothing is done about it. */
const OF_FETCH = 'undici.globalDispatcher.1';
/** That of undici 8 itself, which it sets where there is none. */
const OF_UNDICI = 'undici.globalDispatcher.2';
const WEB = ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'WebSocket', 'EventSource', 'AbortSignal'];
const WARNINGS = ['emitWarning', 'stdout', 'stderr'];

/** The process as it is now. */
export function processState(): ProcessState {
  const state = new Map<string, unknown>();
  const add = (name: string, host: object, key: string | symbol): void => {
    const { get, value, writable, configurable } = Object.getOwnPropertyDescriptor(host, key) ?? {};
    const parts = { get, value, writable, configurable };
    for (const [part, each] of Object.entries(parts)) state.set(`${part} of ${name}`, each);
  };
  add(OF_FETCH, globalThis, Symbol.for(OF_FETCH));
  if (Symbol.for(OF_UNDICI) in globalThis) add(OF_UNDICI, globalThis, Symbol.for(OF_UNDICI));
  for (const name of WEB) add(name, globalThis, name);
  for (const name of WARNINGS) add(name, process, name);
  for (const name of process.eventNames()) state.set(`listeners of ${String(name)}`, process.listenerCount(name));
  return state;
}

/** Names of what is not the same any more. */
export function changesSince(before: ProcessState): string[] {
  const now = processState();
  const had = [...before.keys()].filter((name) => now.get(name) !== before.get(name));
  const added = [...now.keys()].filter((name) => !before.has(name) && !name.endsWith(OF_UNDICI));
  return [...had, ...added];
}
