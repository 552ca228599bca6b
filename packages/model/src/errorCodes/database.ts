import type { ErrorEntries } from './entry';

/** Codes of PostgreSQL, Redis and the SQL files. */
export const DATABASE_ERRORS = {
  'DATABASE.AUTHENTICATION_FAILED': [
    "PostgreSQL doesn't accept the login.",
    'Check user and password; `trading up` sets those of its own roles again.',
  ],
  'DATABASE.BUSY': ['Another process has been preparing this server for too long.', 'Try again.'],
  'DATABASE.CANCELLED': ['A statement was cancelled.', "Call again, if it wasn't you who cancelled it."],
  'DATABASE.CHECK_VIOLATION': [
    'A value breaks a rule of its table; `details.constraint` names it.',
    'Correct the value.',
  ],
  'DATABASE.DEADLOCK': [
    'Two transactions waited for each other, and this one was ended.',
    'Run the transaction again.',
  ],
  'DATABASE.ERROR': [
    'PostgreSQL reported something that has no code of its own here.',
    "Read the message; `details.sqlState` has PostgreSQL's code.",
  ],
  'DATABASE.FOREIGN_KEY_VIOLATION': [
    "A row refers to one that isn't there, or is referred to.",
    'Write the other row first, or keep this one.',
  ],
  'DATABASE.IDLE_IN_TRANSACTION': [
    'The server ended a session that did nothing inside a transaction.',
    "Don't wait for other things inside a transaction.",
  ],
  'DATABASE.INSUFFICIENT_RIGHTS': [
    'The login given to `up` may not make roles or databases.',
    'Use one with CREATEROLE and CREATEDB, or do what the message says by hand.',
  ],
  'DATABASE.INTEGRITY_VIOLATION': [
    'A row breaks a rule of integrity that has no code of its own.',
    'Read the message.',
  ],
  'DATABASE.INVALID_QUERY': [
    'Prisma refuses the query before it is sent.',
    'Correct the call: it is a mistake in the program.',
  ],
  'DATABASE.INVALID_VALUE': [
    "A value doesn't fit its column or function.",
    'Correct the value in the message.',
  ],
  'DATABASE.LOCK_TIMEOUT': [
    'Another session kept a lock for too long.',
    'Try again; `pg_blocking_pids()` names the session.',
  ],
  'DATABASE.MALFORMED_COPY': [
    "The server's binary COPY can't be read.",
    'Report it: it is a mistake in the program.',
  ],
  'DATABASE.MIGRATIONS_UNKNOWN': [
    'The database records migrations that are not here.',
    'Use the version that has them, or rename the database and run `trading up`.',
  ],
  'DATABASE.MIGRATION_FAILED': ['Prisma could not apply a migration.', "Read Prisma's words in the message."],
  'DATABASE.MISSING': ["The database that the URL names isn't there.", 'Run `trading up`, or check the URL.'],
  'DATABASE.NOT_FOUND': ["A row that has to be there isn't.", 'Check the id.'],
  'DATABASE.NOT_NULL_VIOLATION': ['A required column has no value.', 'Give it one.'],
  'DATABASE.NO_PARTITION': ["A row's time is in no partition.", 'Make it with `trading partitions ensure`.'],
  'DATABASE.NO_SUCH_DATABASE': ["The database doesn't exist.", 'Run `trading up`, or check the URL.'],
  'DATABASE.OUT_OF_RESOURCES': [
    'The server is out of memory, disk or other resources.',
    'Give it more, then try again.',
  ],
  'DATABASE.PERMISSION_DENIED': [
    'The role may not do this.',
    'Use the service that owns the table, or its published view: see `docs/isolation.md`.',
  ],
  'DATABASE.POOL_EXHAUSTED': [
    'No connection of the pool became free in time.',
    'Use fewer at once, or look for statements that take long.',
  ],
  'DATABASE.PROVISIONING_FAILED': [
    'Roles or databases could not be made.',
    'Read the reason in the message.',
  ],
  'DATABASE.SERIALIZATION_FAILURE': ['Two transactions changed the same rows.', 'Run the transaction again.'],
  'DATABASE.SERVER_UNVERIFIED': [
    'The server did not prove that it knows the password.',
    'Check that the right program has the port, or connect with `sslmode=verify-full`.',
  ],
  'DATABASE.STATEMENT_TIMEOUT': ['A statement ran longer than its role may.', 'Ask for less at once.'],
  'DATABASE.TOO_MANY_CONNECTIONS': [
    'The server or the role has as many connections as it allows.',
    'End some, or raise the limit; `trading doctor` counts them.',
  ],
  'DATABASE.TRANSACTION_ABORTED': [
    'A statement failed and the transaction went on.',
    'Let the error through, or use a savepoint.',
  ],
  'DATABASE.TRANSACTION_POOLING': [
    'A pooler between here and the server shares sessions.',
    'Set its `pool_mode` to `session`, or connect to the server itself.',
  ],
  'DATABASE.UNAVAILABLE': [
    "The server doesn't answer, or broke the connection off.",
    'Check that it runs (`trading status`), then try again.',
  ],
  'DATABASE.UNIQUE_VIOLATION': [
    'There is a row with this key already; `details.constraint` names the key.',
    'Use another key, or update that row.',
  ],
  'DATABASE.VERSION_UNSUPPORTED': [
    'The server is older than this project supports.',
    'Use the version in the message or a newer one.',
  ],
  'REDIS.OTHER_SYSTEM': [
    'The Redis carries the events of another trading system.',
    'Give each its own Redis.',
  ],
  'REDIS.UNAVAILABLE': [
    "Redis doesn't answer.",
    'Check that it runs, then try again. Nothing is lost meanwhile.',
  ],
  'REDIS.URL_INVALID': ['`REDIS_URL` has none of the known forms.', 'Use one of those in the message.'],
  'SCHEMA_SQL.FILE_MISPLACED': [
    'An SQL file lies in no known folder.',
    'Move it to the one that the message names.',
  ],
  'SCHEMA_SQL.FOLDER_UNREADABLE': ["The folder of SQL files can't be read.", 'Check its path and mode.'],
  'SCHEMA_SQL.HAS_MIGRATIONS': [
    "The baseline can't be written again once other migrations follow it.",
    'Use `trading sql migration NAME`.',
  ],
  'SCHEMA_SQL.MIGRATION_FAILED': [
    'A migration fails in an empty database.',
    'Mend the migration that the message names.',
  ],
  'SCHEMA_SQL.NAME_INVALID': [
    "A migration's name has other characters than lower-case letters, digits and `_`.",
    'Choose another name.',
  ],
  'SCHEMA_SQL.NOT_MIGRATABLE': [
    "A change can't be written as a migration by the command.",
    'Write that change by hand, then run it again.',
  ],
  'SCHEMA_SQL.NO_PARTITION_CLAUSE': [
    "A file of a table's partitions holds something else than one PARTITION BY clause.",
    'Leave only the clause.',
  ],
  'SCHEMA_SQL.NO_SUCH_TABLE': [
    "A partition clause is of a table that the Prisma schema doesn't have.",
    'Rename or remove the file.',
  ],
  'SCHEMA_SQL.PRISMA_FAILED': ['Prisma could not compare the schema.', 'Read its words in the message.'],
  'SCHEMA_SQL.STATEMENT_FAILED': [
    'A statement of an SQL file fails.',
    'Mend it; the message has its beginning.',
  ],
} as const satisfies ErrorEntries;
