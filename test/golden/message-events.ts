/** The events of a stream of Anthropic's Messages API: each named as its data's `type`. */
export function messageEvents(...data: readonly { type: string; [key: string]: unknown }[]): string[] {
  return data.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}`);
}

/** One content block: its start, its deltas, its end. */
export function blockEvents(index: number, content_block: object, ...deltas: readonly object[]): string[] {
  return messageEvents(
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  );
}
