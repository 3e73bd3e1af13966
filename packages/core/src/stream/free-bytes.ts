/**
 * Frees what bytes lie in, at once and not when the garbage collector comes by: they are empty then. Bytes that share a buffer with
 * others stay.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0) buffer.transfer(0);
}
