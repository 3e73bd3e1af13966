/** Bytes that may be held at one time, over all calls. */
export interface ByteBudget {
  /** Takes `bytes` if they fit; whoever took them gives them back. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Bytes that are held now. */
  readonly taken: number;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > maxBytes) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}
