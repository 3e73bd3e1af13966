import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { PolicyReader } from '../policy/policy-reader.js';
import { secretsIn } from '../policy/secrets.js';
import { type Intake, type IntakeDelivery, type IntakeResult, InvalidIntake } from './intake.js';
import type { IntakeAnswer, IntakeJob } from './intake-job.js';

export interface IntakeOptions {
  policies: Pick<PolicyReader, 'layers'>;
  /** Hands a delivery to the records worker; resolves when its rows are in the store. */
  send(job: IntakeJob): Promise<IntakeAnswer<IntakeResult>>;
  /** Whether bodies are kept. */
  bodies: boolean;
  /** Bytes of deliveries that may be under way. One alone is always taken. */
  maxBytes: number;
  now?: () => number;
}

/** The request thread's side of log intake: it hands bytes on, and reads none of them. */
export function createIntake({ policies, send, bodies, maxBytes, now = Date.now }: IntakeOptions): Intake {
  const underWay = new Set<Promise<unknown>>();
  let bytesUnderWay = 0;
  let closing = false;

  async function take(delivery: IntakeDelivery): Promise<IntakeResult> {
    const { format, encoding, provider, caller } = delivery;
    const { tenant, userId } = caller;
    const layers = policies.layers(caller);
    const bytes = ofItsOwn(delivery.bytes);
    const headers = ownHeaders(delivery.headers);
    const receivedAt = now();
    const answer = await send({
      format,
      bytes,
      encoding,
      provider,
      headers,
      tenant,
      userId,
      layers,
      bodies,
      secrets: secretsIn({ headers: [delivery.headers], queries: [], serverKeys: null }),
      receivedAt,
    });
    if ('invalid' in answer) throw new InvalidIntake(answer.invalid, answer);
    return answer.taken;
  }

  const flush = async (): Promise<void> => {
    await Promise.allSettled(underWay);
  };
  return {
    async accept(delivery) {
      const { length } = delivery.bytes;
      if (closing) throw new ProxyError('shutting_down', 'this server is shutting down; try again');
      if (bytesUnderWay > 0 && bytesUnderWay + length > maxBytes) {
        throw new ProxyError('overloaded', 'more logs are under way than may be; try again');
      }
      bytesUnderWay += length;
      const taking = take(delivery);
      underWay.add(taking);
      try {
        return await taking;
      } finally {
        underWay.delete(taking);
        bytesUnderWay -= length;
      }
    },
    flush,
    close() {
      closing = true;
      return flush();
    },
  };
}

/** Bytes that share their memory with others cannot change hands. */
function ofItsOwn(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** What describes calls; who is calling has been found out, and no key goes further. */
function ownHeaders(headers: Headers): Headers {
  const ours: Headers = {};
  for (const name in headers) {
    if (name.startsWith('helicone-') && name !== 'helicone-auth') ours[name] = headers[name];
  }
  return ours;
}
