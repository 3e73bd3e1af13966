type Method = (this: unknown, ...args: unknown[]) => unknown;

/** The object of a prototype chain that has a method of its own; null when none has. */
export function ownerOf(start: object | null, name: string): object | null {
  for (let holder = start; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    if (typeof Object.getOwnPropertyDescriptor(holder, name)?.value === 'function') return holder;
  }
  return null;
}

/**
 * Puts a method around an object's own or inherited one. `around` gets the original to call, and what it throws is the
 * caller's. Returns what takes it out again; where somebody else has wrapped it since, it stays and passes everything on.
 */
export function patchMethod(
  holder: object,
  name: string,
  around: (original: Method, self: unknown, args: unknown[]) => unknown,
): () => void {
  const target = holder as Record<string, Method>;
  const own = Object.getOwnPropertyDescriptor(holder, name);
  const original = target[name] as Method;
  let active = true;
  const patched: Method = function (this: unknown, ...args) {
    return active ? around(original, this, args) : original.apply(this, args);
  };
  // Some SDKs look at how many parameters a method has.
  Object.defineProperty(patched, 'length', { value: original.length });
  Object.defineProperty(patched, 'name', { value: original.name });
  Object.defineProperty(holder, name, {
    configurable: true,
    writable: true,
    enumerable: false,
    ...own,
    value: patched,
  });
  return () => {
    active = false;
    if (target[name] !== patched) return;
    if (own === undefined) delete target[name];
    else Object.defineProperty(holder, name, own);
  };
}
