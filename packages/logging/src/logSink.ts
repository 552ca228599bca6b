import { poolSql, type ServicePool } from '@trading/database';
import { isTradingError, shortText, storableText } from '@trading/model';
import type { LogLevel } from './logLevel';
import { redact, redactText } from './redact';
import { insertSystemLogs } from './sql/insertSystemLogs';
import type { SystemLogLine } from './systemLog';

/** What a line may say besides its message; other fields become its metadata. */
export interface LogFields {
  readonly correlationId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly [field: string]: unknown;
}

/** Takes log lines at once and writes them soon after. No call waits for the database or throws. */
export interface LogSink extends AsyncDisposable {
  log(level: LogLevel, message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes what is buffered. Lines stay buffered where the database is away. @throws TradingError `DATABASE.*` */
  flush(): Promise<void>;
  /** Flushes and stops; lines after it are dropped. @throws TradingError `DATABASE.*` where lines were lost */
  close(): Promise<void>;
  /** Lines that found the buffer full, or that the database refused, since the start. */
  readonly dropped: number;
}

/** How a sink is made. */
export interface LogSinkOptions {
  /** The logging service's pool. */
  readonly pool: ServicePool;
  /** Who writes, for `system_logs.service`. */
  readonly service: string;
  /** Lines kept while the database is slow or away; more are dropped, and counted. 10 000. */
  readonly capacity?: number;
  /** Lines in one INSERT. 1000. */
  readonly batchSize?: number;
  /** How long a line may wait for others, ms. 500. */
  readonly flushMs?: number;
  readonly now?: () => Date;
  /** Hears of writes that failed; they are tried again. */
  readonly onError?: (error: unknown) => void;
}

/** Makes a log sink over `system_logs`. Secrets are taken out of messages and metadata before they are buffered. */
export function createLogSink(options: LogSinkOptions): LogSink {
  return new BufferedSink(options);
}

class BufferedSink implements LogSink {
  readonly #options: Required<Omit<LogSinkOptions, 'pool'>>;
  readonly #sql;
  #lines: SystemLogLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dropped = 0;
  #untold = 0;
  #closed = false;

  constructor({ pool, ...options }: LogSinkOptions) {
    this.#sql = poolSql(pool);
    this.#options = {
      capacity: 10_000,
      batchSize: 1_000,
      flushMs: 500,
      now: () => new Date(),
      onError: () => {},
      ...options,
    };
  }

  get dropped(): number {
    return this.#dropped;
  }

  debug(message: string, fields?: LogFields): void {
    this.log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.log('error', message, fields);
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (this.#closed || this.#lines.length >= this.#options.capacity) {
      this.#dropped += 1;
      this.#untold += 1;
      return;
    }
    this.#lines.push(this.#line(level, message, fields));
    if (this.#lines.length >= this.#options.batchSize) this.#flushSoon(0);
    else this.#flushSoon(this.#options.flushMs);
  }

  flush(): Promise<void> {
    // One writer at a time keeps the lines in their order.
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #line(level: LogLevel, message: string, fields: LogFields): SystemLogLine {
    const { correlationId, eventType, ...rest } = fields;
    // As long as their columns: nothing that is refused may reach the batch.
    const column = (text: string | undefined) => {
      if (text === undefined) return null;
      return text.length > 100 ? shortText(text, 60) : storableText(text);
    };
    return {
      timestamp: this.#options.now(),
      service: this.#options.service,
      level,
      eventType: column(eventType),
      message: redactText(message),
      correlationId: column(correlationId),
      metadata: Object.keys(rest).length === 0 ? null : redact(rest),
      eventId: null,
    };
  }

  #flushSoon(delayMs: number): void {
    if (this.#timer !== undefined && delayMs > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush().catch(this.#options.onError), delayMs);
    // A buffered line keeps no process alive: whoever ends it closes the sink.
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let size = this.#options.batchSize;
    while (this.#lines.length > 0) {
      const batch = this.#lines.slice(0, size);
      try {
        await insertSystemLogs(this.#sql, batch);
        size = Math.min(this.#options.batchSize, size * 2);
      } catch (error) {
        // A line that the database refuses must not keep back those behind it: it is found by halves, and dropped.
        if (isTradingError(error) && error.kind === 'expected') {
          if (batch.length > 1) {
            size = Math.ceil(batch.length / 2);
            continue;
          }
          this.#dropped += 1;
          this.#untold += 1;
          this.#lines = this.#lines.slice(1);
          this.#options.onError(error);
          continue;
        }
        if (!this.#closed) this.#flushSoon(this.#options.flushMs);
        throw error;
      }
      this.#lines = this.#lines.slice(batch.length);
    }
    if (this.#untold > 0) await this.#tellOfDropped();
  }

  async #tellOfDropped(): Promise<void> {
    const lost = this.#untold;
    this.#untold = 0;
    const line = this.#line(
      'warn',
      `${lost} log lines were dropped: the buffer was full, or the database refused them`,
      { dropped: lost },
    );
    await insertSystemLogs(this.#sql, [line]);
  }
}
