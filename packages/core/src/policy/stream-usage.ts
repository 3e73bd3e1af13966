import { JsonBody } from './json-body.js';

/**
 * What a chat body that asks for a stream becomes when it shall ask for the stream's usage too: with
 * `stream_options.include_usage: true`, all other bytes kept. Null when there is nothing to ask for: no stream, the client asks
 * itself, it says false, or its `stream_options` is something that only its provider can judge.
 */
export function withStreamUsage(body: JsonBody): Uint8Array | null {
  if (body.raw('stream') !== 'true') return null;
  const given = body.raw('stream_options');
  if (given === undefined || given === 'null') return body.edited([['stream_options', '{"include_usage":true}']]);
  const options = JsonBody.read(Buffer.from(given, 'latin1'));
  if (options === null) return null;
  const asked = options.raw('include_usage');
  if (asked !== undefined && asked !== 'null') return null;
  const value = Buffer.from(options.edited([['include_usage', 'true']])).toString();
  return body.edited([['stream_options', value]]);
}
