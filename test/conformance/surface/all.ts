/** Everything that is iterated over. */
export async function all<T>(items: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of await items) list.push(item);
  return list;
}
