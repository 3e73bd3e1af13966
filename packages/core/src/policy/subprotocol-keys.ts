/** How a browser, which cannot set headers on a WebSocket, shows OpenAI its key: as one of the subprotocols that it offers. */
const PREFIX = 'openai-insecure-api-key.';

/** Keys among the subprotocols that a `Sec-WebSocket-Protocol` header offers. */
export function subprotocolKeys(value: string | string[]): string[] {
  return offers(value)
    .filter((offer) => offer.startsWith(PREFIX))
    .map((offer) => offer.slice(PREFIX.length));
}

/** The header without the keys that may not go on: untouched when it shows none of them, undefined when nothing is left of it. */
export function withoutSubprotocolKeys(
  value: string | string[],
  isGone: (key: string) => boolean,
): string | string[] | undefined {
  if (!subprotocolKeys(value).some(isGone)) return value;
  const kept = offers(value).filter((offer) => !(offer.startsWith(PREFIX) && isGone(offer.slice(PREFIX.length))));
  return kept.length === 0 ? undefined : kept.join(', ');
}

function offers(value: string | string[]): string[] {
  return String(value)
    .split(',')
    .map((offer) => offer.trim());
}
