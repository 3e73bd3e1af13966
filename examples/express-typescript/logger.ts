import type { HeliconeProxyOptions } from '@helicone-proxy/express';

type Logger = NonNullable<HeliconeProxyOptions['logger']>;

/** One JSON line a message. A pino logger fits in its place. */
export const logger: Logger = {
  debug: () => {},
  info: (details, message) => console.log(line('info', details, message)),
  warn: (details, message) => console.error(line('warn', details, message)),
  error: (details, message) => console.error(line('error', details, message)),
};

function line(level: string, details: object, message: string): string {
  return JSON.stringify({ level, time: new Date().toISOString(), ...details, message }, withErrors);
}

function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, cause: value.cause } : value;
}
