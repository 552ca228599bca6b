import type { Log, LogCreate } from './apiTypes';
import type { Transport } from './transport';

/** Which log lines are meant. */
export interface LogQuery {
  readonly flowRunId: string;
  /** Python's numbers: 10 debug, 20 info, 30 warning, 40 error, 50 critical. */
  readonly minimumLevel?: number;
  /** Only those after this moment, ISO 8601. */
  readonly after?: string;
  /** 200 unless told, which is the server's own limit. */
  readonly limit?: number;
  readonly offset?: number;
}

/** What runs said while they ran. */
export interface LogsResource {
  /** Sent once: a repeat after a lost answer would show every line twice. */
  write(lines: readonly LogCreate[]): Promise<void>;
  /** The oldest first. */
  list(query: LogQuery): Promise<Log[]>;
}

/** Logs over a transport. */
export function createLogs({ http, safe, once }: Transport): LogsResource {
  return {
    write: async (lines) => {
      if (lines.length === 0) return;
      await once('writing logs', () => http.POST('/logs/', { body: [...lines] }));
    },
    list: ({ flowRunId, minimumLevel, after, limit = 200, offset = 0 }) =>
      safe(`reading the logs of ${flowRunId}`, () =>
        http.POST('/logs/filter', {
          body: {
            limit,
            offset,
            sort: 'TIMESTAMP_ASC',
            logs: {
              operator: 'and_',
              flow_run_id: { any_: [flowRunId] },
              ...(minimumLevel === undefined ? {} : { level: { ge_: minimumLevel } }),
              ...(after === undefined ? {} : { timestamp: { after_: after } }),
            },
          },
        }),
      ),
  };
}
