import { type ErrorCode, isTradingError, TradingError } from '@trading/model';

/** What each SQLSTATE means to a caller: a code, a transient or final failure. A class (first two characters) stands for its members. */
const SQLSTATES: Readonly<
  Record<string, { code: ErrorCode; transient?: true; expected?: true; bug?: true }>
> = {
  '08UNV': { code: 'DATABASE.SERVER_UNVERIFIED' },
  '08': { code: 'DATABASE.UNAVAILABLE', transient: true },
  '57P01': { code: 'DATABASE.UNAVAILABLE', transient: true },
  '57P02': { code: 'DATABASE.UNAVAILABLE', transient: true },
  '57P03': { code: 'DATABASE.UNAVAILABLE', transient: true },
  '57P05': { code: 'DATABASE.UNAVAILABLE', transient: true },
  '53300': { code: 'DATABASE.TOO_MANY_CONNECTIONS', transient: true },
  '53': { code: 'DATABASE.OUT_OF_RESOURCES', transient: true },
  // A statement failed before, and whoever ran it went on.
  '25P02': { code: 'DATABASE.TRANSACTION_ABORTED', bug: true },
  '57014': { code: 'DATABASE.CANCELLED' },
  '25P03': { code: 'DATABASE.IDLE_IN_TRANSACTION' },
  '55P03': { code: 'DATABASE.LOCK_TIMEOUT', transient: true },
  '40001': { code: 'DATABASE.SERIALIZATION_FAILURE', transient: true },
  '40P01': { code: 'DATABASE.DEADLOCK', transient: true },
  '28': { code: 'DATABASE.AUTHENTICATION_FAILED' },
  '3D000': { code: 'DATABASE.NO_SUCH_DATABASE' },
  '42501': { code: 'DATABASE.PERMISSION_DENIED' },
  '23505': { code: 'DATABASE.UNIQUE_VIOLATION', expected: true },
  '23503': { code: 'DATABASE.FOREIGN_KEY_VIOLATION', expected: true },
  '23502': { code: 'DATABASE.NOT_NULL_VIOLATION', expected: true },
  '23514': { code: 'DATABASE.CHECK_VIOLATION', expected: true },
  '23': { code: 'DATABASE.INTEGRITY_VIOLATION', expected: true },
  '22': { code: 'DATABASE.INVALID_VALUE', expected: true },
};

/** Codes that Node, pg and Prisma give where PostgreSQL could not give one. */
const CLIENT_CODES: Readonly<Record<string, string>> = {
  // No state of PostgreSQL's: it was not asked.
  ERR_SERVER_UNVERIFIED: '08UNV',
  ECONNREFUSED: '08006',
  ECONNRESET: '08006',
  EPIPE: '08006',
  ETIMEDOUT: '08006',
  ENOTFOUND: '08001',
  P1000: '28P01',
  P1001: '08001',
  P1002: '08001',
  P1003: '3D000',
  P1017: '08006',
  P2002: '23505',
  P2003: '23503',
  P2011: '23502',
  P2004: '23514',
  P2034: '40001',
};

/** Prisma's own answers, for which PostgreSQL was not asked or had no error. */
const PRISMA_ANSWERS: Readonly<Record<string, { code: ErrorCode; kind: 'expected' | 'bug' }>> = {
  P2025: { code: 'DATABASE.NOT_FOUND', kind: 'expected' },
  P2001: { code: 'DATABASE.NOT_FOUND', kind: 'expected' },
  PrismaClientValidationError: { code: 'DATABASE.INVALID_QUERY', kind: 'bug' },
};

/** Messages of pg that carry no code at all. */
const MESSAGES: readonly [RegExp, string][] = [
  [/timeout exceeded when trying to connect/i, 'pool'],
  [
    /connection terminated|connection ended|client was closed|not queryable|server closed the connection/i,
    '08006',
  ],
];

/** Messages of PostgreSQL's that share a SQLSTATE with others, or that don't say what to do. */
const EXPLAINED: readonly { text: RegExp; code: ErrorCode; why?: string }[] = [
  { text: /no partition of relation/, code: 'DATABASE.NO_PARTITION' },
  {
    text: /due to lock timeout/,
    code: 'DATABASE.LOCK_TIMEOUT',
    why: 'another session holds what this one waits for. pg_blocking_pids() names it, pg_terminate_backend() ends it',
  },
  {
    text: /due to statement timeout/,
    code: 'DATABASE.STATEMENT_TIMEOUT',
    why: 'it ran for longer than the statement_timeout of its role',
  },
  {
    text: /too many connections for role/,
    code: 'DATABASE.TOO_MANY_CONNECTIONS',
    why: 'its other programs hold as many sessions as its CONNECTION LIMIT allows, a third of the server. End some',
  },
];

interface DriverFields {
  code?: unknown;
  message?: unknown;
  detail?: unknown;
  constraint?: unknown;
  table?: unknown;
  schema?: unknown;
  column?: unknown;
  cause?: unknown;
  meta?: unknown;
  originalCode?: unknown;
  originalMessage?: unknown;
  driverAdapterError?: unknown;
}

/**
 * The one place where an error of pg or Prisma becomes a typed one; no caller reads a SQLSTATE or a P-code.
 * What is no driver's error is returned as it is.
 */
export function normalizeError(error: unknown): unknown {
  if (isTradingError(error) || typeof error !== 'object' || error === null) return error;
  const answer = prismaAnswer(error);
  if (answer !== undefined) return answer;
  const state = findState(error, 0);
  if (state === undefined) return error;
  const fields = driverFields(error);
  const message = error instanceof Error ? error.message.trim() : String(error);
  if (state === 'pool') {
    return new TradingError(
      'DATABASE.POOL_EXHAUSTED',
      'no connection became free in time: every connection of the pool is in use, or the server does not answer',
      { kind: 'operational', transient: true, cause: error },
    );
  }
  const meaning = SQLSTATES[state] ?? SQLSTATES[state.slice(0, 2)] ?? { code: 'DATABASE.ERROR' as const };
  const known = EXPLAINED.find(({ text }) => text.test(message));
  const said = lastLine(message);
  return new TradingError(
    known?.code ?? meaning.code,
    known?.why === undefined ? said : `${said}: ${known.why}`,
    {
      kind: 'expected' in meaning ? 'expected' : 'bug' in meaning ? 'bug' : 'operational',
      transient: 'transient' in meaning,
      details: { sqlState: state, ...fields },
      cause: error,
    },
  );
}

function prismaAnswer(error: object): TradingError | undefined {
  const { code, name, message } = error as DriverFields & { name?: unknown };
  const answer = PRISMA_ANSWERS[String(code)] ?? PRISMA_ANSWERS[String(name)];
  if (answer === undefined) return undefined;
  return new TradingError(answer.code, lastLine(String(message)), { kind: answer.kind, cause: error });
}

/** Prisma wraps the driver's error several layers deep, in `cause` or `meta.driverAdapterError`. */
function findState(error: unknown, depth: number): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined;
  const fields = error as DriverFields;
  const meta = (fields.meta ?? {}) as DriverFields;
  const inner =
    findState(fields.cause, depth + 1) ??
    findState(meta.driverAdapterError, depth + 1) ??
    (error instanceof AggregateError ? findState(error.errors[0], depth + 1) : undefined);
  if (inner !== undefined) return inner;
  if (typeof fields.originalCode === 'string') return fields.originalCode;
  if (typeof fields.code === 'string') {
    const known = CLIENT_CODES[fields.code];
    if (known !== undefined) return known;
    if (/^[0-9A-Z]{5}$/.test(fields.code) && !/^P\d{4}$/.test(fields.code)) return fields.code;
  }
  const text = typeof fields.message === 'string' ? fields.message : '';
  return MESSAGES.find(([pattern]) => pattern.test(text))?.[1];
}

function driverFields(error: object): Record<string, unknown> {
  const { detail, constraint, table, schema, column } = error as DriverFields;
  return Object.fromEntries(
    Object.entries({ detail, constraint, table, schema, column }).filter(([, value]) => value !== undefined),
  );
}

/** Prisma's messages begin with a picture of the call; the reason is the last line. */
function lastLine(message: string): string {
  return message.split('\n').at(-1)?.trim() ?? message;
}
