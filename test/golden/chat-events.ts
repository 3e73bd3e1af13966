/**
 * The server-sent events of a streamed chat: a chunk each with the members of `head`, then `[DONE]`. Written out they would be the
 * same bytes; what differs from chunk to chunk is what a case is about.
 */
export function chatEvents(head: object, chunks: readonly object[]): string[] {
  return [...chunks.map((chunk) => `data: ${JSON.stringify({ ...head, ...chunk })}`), 'data: [DONE]'];
}

/** A chunk with one choice. `more`: members of the choice beside its index and delta. */
export function delta(members: object, more: object = {}): { choices: object[] } {
  return { choices: [{ index: 0, delta: members, finish_reason: null, ...more }] };
}
