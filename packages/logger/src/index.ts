export { HeliconeAsyncLogger, type Logged, type LoggedSdks } from './async-logger.js';
export { HeliconeLogBuilder } from './log-builder.js';
export type { LogMeta } from './log-meta.js';
export type { LoggerStats } from './log-sender.js';
export type { LoggerOptions } from './logger-options.js';
export {
  HeliconeManualLogger,
  type HeliconeResultRecorder,
  type HeliconeStreamResultRecorder,
  type ManualLoggerOptions,
} from './manual-logger.js';
export type {
  HeliconeEventData,
  HeliconeEventTool,
  HeliconeEventVectorDB,
  HeliconeLogRequest,
  HeliconeModelRequest,
  SendLogOptions,
} from './manual-request.js';
export type { LogProxy } from './proxy-destination.js';
export type { LogWire, WireTime } from './wire.js';
