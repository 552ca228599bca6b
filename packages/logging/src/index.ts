export { createLoggingClient, type LoggingClient } from './client';
export { LOG_LEVELS, type LogLevel } from './logLevel';
export { createLogSink, type LogFields, type LogSink, type LogSinkOptions } from './logSink';
export { redact, redactText } from './redact';
export {
  createLoggingService,
  type LoggingService,
  type LoggingServiceOptions,
  type PerformanceRecord,
} from './service';
export type { LogLineCount } from './sql/countSystemLogs';
export type { SingleLogLine } from './sql/insertSystemLogOnce';
export type { ChainLine } from './sql/selectChain';
