import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** HTTP/2's INTERNAL_ERROR. */
const INTERNAL_ERROR = 2;

/** Ends an answer so that it looks broken. One of HTTP/2 that is destroyed would look whole. */
export function cut(res: ServerResponse): void {
  const { stream } = res as Partial<Pick<Http2ServerResponse, 'stream'>>;
  if (stream === undefined) res.destroy();
  else stream.close(INTERNAL_ERROR);
}
