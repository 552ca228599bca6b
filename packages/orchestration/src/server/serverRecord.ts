import { readFile } from 'node:fs/promises';
import { findProcess, systemCode, writeFileAtomic } from '@trading/local';
import { TradingError } from '@trading/model';
import { z } from 'zod';

const schema = z.object({
  pid: z.number().int(),
  /** Tells the process from another that got its id later. */
  startedAt: z.string().nullable(),
  port: z.number().int(),
  authString: z.string(),
  /** A digest of the database's URL: a server whose database moved has to be started again. */
  database: z.string().optional(),
});

/** Where the server was last started, running or not. Holds the password: mode 0600. */
export type ServerRecord = z.output<typeof schema>;

/**
 * Undefined where no server was ever started.
 *
 * @throws TradingError `PREFECT.RECORD_UNREADABLE`: a server may run of which nobody can tell any more
 */
export async function readServerRecord(file: string): Promise<ServerRecord | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new TradingError(
      'PREFECT.RECORD_UNREADABLE',
      `${file} can't be read, so nobody can tell whether a Prefect server runs: end it if one does, and delete the file`,
      { kind: 'operational', details: { file }, cause: error },
    );
  }
}

/** Replaces the record at once. */
export function writeServerRecord(file: string, record: ServerRecord): Promise<void> {
  return writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** Whether the very process of the record still runs. */
export function isRunning(record: ServerRecord): boolean {
  const found = findProcess(record.pid);
  if (found === undefined) return false;
  return record.startedAt === null || found.startedAt === null || found.startedAt === record.startedAt;
}
