import type { CallRecord } from '@helicone-proxy/core';
import { HeliconeAsyncLogger, type LoggedSdks, type LoggerOptions } from '@helicone-proxy/logger';
import type { Script, ScriptedProvider } from '@helicone-proxy/testkit';
import type { startedHere } from '../rig/started.js';

/** A provider that is called directly, a proxy that is nothing but a log server, and a logger between the two. */
export interface LoggerRig {
  provider: ScriptedProvider;
  logger: HeliconeAsyncLogger;
  /** Address of the log server's API. */
  baseUrl: string;
  /** What the logger told of that went wrong. */
  errors: Error[];
  /** All records, oldest first, once everything that was logged is written. */
  records(): Promise<CallRecord[]>;
}

interface RigOptions {
  /** What is recorded; null: nothing. */
  sdks: LoggedSdks | null;
  script: Script;
  options?: LoggerOptions;
}

export async function startLoggerRig(
  started: ReturnType<typeof startedHere>,
  { sdks, script, options = {} }: RigOptions,
): Promise<LoggerRig> {
  const rig = await started.rig();
  const provider = await started.provider(script);
  const errors: Error[] = [];
  const baseUrl = `${rig.url}/api`;
  const logger = new HeliconeAsyncLogger({ baseUrl, onError: (error) => errors.push(error), ...options });
  started.running.push(logger);
  if (sdks !== null) logger.init(sdks);
  return {
    provider,
    logger,
    baseUrl,
    errors,
    async records() {
      await logger.flush();
      return await rig.records();
    },
  };
}
