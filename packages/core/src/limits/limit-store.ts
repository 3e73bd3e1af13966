/** What a `take` did. */
export interface Taken {
  /** Points in the window, those just taken included. */
  readonly points: number;
  /** When the window ends, unix ms. */
  readonly endsAt: number;
}

/**
 * Fixed windows of points by key. A window opens with its first take and ends windowMs later.
 * Points are safe integers: requests, tokens or nano-USD.
 */
export interface LimitStore {
  /** Adds points to the key's open window, or opens one. Rejects when the store cannot say. */
  take(key: string, points: number, windowMs: number): Taken | Promise<Taken>;
  /** Changes the window that `taken` was taken from by `points` (negative gives back), and does nothing when it has ended. */
  adjust(key: string, points: number, taken: Taken): void | Promise<void>;
  close(): Promise<void>;
}
