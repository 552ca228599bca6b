import { inTransaction, poolSql, type ServicePool } from '@trading/database';
import type { BatchHandlers } from '@trading/event-bus';
import type { TradingEvent } from '@trading/model';
import { logEvents, loggingHandlers } from './logEvents';
import { redact, redactText } from './redact';
import { countSystemLogs, type LogLineCount } from './sql/countSystemLogs';
import { insertPerformanceLog } from './sql/insertPerformanceLog';
import { insertSystemLogOnce, type SingleLogLine } from './sql/insertSystemLogOnce';
import { type ChainLine, selectChain } from './sql/selectChain';

/** What the logging service needs. */
export interface LoggingServiceOptions {
  readonly pool: ServicePool;
  readonly now?: () => Date;
}

/** How long something took and what it used. */
export interface PerformanceRecord {
  readonly service: string;
  readonly operation: string;
  readonly executionTimeMs: number;
  readonly memoryUsageMb?: number;
  /** 0 to 100 for each core. */
  readonly cpuUsagePercent?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Events to logs that people read: what the system did, what happened to orders and trades, how long things took. */
export interface LoggingService {
  /** For a consumer of the group `logging`. */
  readonly batchHandlers: Required<BatchHandlers>;
  /** Logs events that are read in batches, e.g. an archive: at most two statements. */
  logEvents(events: readonly TradingEvent[]): Promise<void>;
  /** Writes a line of the performance log, its metadata without secrets. @throws TradingError `DATABASE.*` */
  recordPerformance(record: PerformanceRecord): Promise<void>;
  /** All log lines of one chain, from bar to alert, in order. */
  chain(correlationId: string): Promise<ChainLine[]>;
  /**
   * Writes a line of the system log, without secrets, unless one of its event type is there.
   *
   * @returns whether it is new
   * @throws TradingError `DATABASE.*`
   */
  logOnce(line: Omit<SingleLogLine, 'timestamp'>): Promise<boolean>;
  /** Counts the system log's lines of a period by service and level. @throws TradingError `DATABASE.*` */
  countLines(from: Date, until: Date): Promise<LogLineCount[]>;
}

/** Makes the logging service over its pool; it holds nothing that needs closing. */
export function createLoggingService(options: LoggingServiceOptions): LoggingService {
  const sql = poolSql(options.pool);
  const now = options.now ?? (() => new Date());
  return {
    batchHandlers: loggingHandlers(),
    logEvents: (events) => logEvents(sql, events),
    recordPerformance: (record) =>
      insertPerformanceLog(sql, {
        timestamp: now(),
        service: record.service,
        operation: record.operation,
        executionTimeMs: record.executionTimeMs,
        memoryUsageMb: record.memoryUsageMb ?? null,
        cpuUsagePercent: record.cpuUsagePercent ?? null,
        metadata: record.metadata === undefined ? null : redact(record.metadata),
      }),
    chain: (correlationId) => selectChain(sql, correlationId),
    logOnce: (line) =>
      inTransaction(options.pool, (tx) =>
        insertSystemLogOnce(tx, { ...line, message: redactText(line.message), timestamp: now() }),
      ),
    countLines: (from, until) => countSystemLogs(sql, from, until),
  };
}
