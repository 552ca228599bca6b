import type { Sql } from '@trading/database';

/** A line of `performance_logs`. */
export interface PerformanceLogLine {
  readonly timestamp: Date;
  readonly service: string;
  readonly operation: string;
  readonly executionTimeMs: number;
  readonly memoryUsageMb: number | null;
  readonly cpuUsagePercent: number | null;
  /** JSON. */
  readonly metadata: unknown;
}

/** Writes one line of the performance log; milliseconds and megabytes are whole, percentages have two decimals. */
export async function insertPerformanceLog(sql: Sql, line: PerformanceLogLine): Promise<void> {
  await sql.query(
    `INSERT INTO logging.performance_logs
            ("timestamp", service, operation, execution_time_ms, memory_usage_mb, cpu_usage_percent, metadata)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      line.timestamp,
      line.service,
      line.operation,
      Math.round(line.executionTimeMs),
      line.memoryUsageMb === null ? null : Math.round(line.memoryUsageMb),
      line.cpuUsagePercent === null ? null : line.cpuUsagePercent.toFixed(2),
      line.metadata === null ? null : JSON.stringify(line.metadata),
    ],
    'logging_insert_performance_log',
  );
}
