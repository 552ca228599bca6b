import { LOOPBACK } from '../ports';

/** Seven services with pools of 30, the bus and the API with 10 each, Prefect's own pool, the owner and tools such as Studio. */
export const MAX_CONNECTIONS = 300;

/** The port and what differs between a server that must keep its data and one for a test. */
export interface ServerSettings {
  readonly port: number;
  /** False lets commits return before they are on disk: for throwaway servers only. */
  readonly durable: boolean;
  readonly maxConnections: number;
}

/**
 * The settings file that is written before each start. `ALTER SYSTEM` still overrides it, since PostgreSQL reads
 * `postgresql.auto.conf` last.
 */
export function settingsFile(settings: ServerSettings): string {
  const lines = [
    '# Written at every start; use ALTER SYSTEM to change a setting for good.',
    `listen_addresses = '${LOOPBACK}'`,
    `port = ${settings.port}`,
    // A socket path of more than 107 characters is refused, and a repository may lie deep.
    "unix_socket_directories = ''",
    `max_connections = ${settings.maxConnections}`,
    "password_encryption = 'scram-sha-256'",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    // A laptop's share: an eighth of 2 GB, enough for the hot indexes of some million bars.
    `shared_buffers = ${settings.durable ? '256MB' : '128MB'}`,
    'effective_cache_size = 1GB',
    'work_mem = 8MB',
    'maintenance_work_mem = 128MB',
    // COPY of a million bars writes some 300 MB of WAL: fewer checkpoints on the way.
    'max_wal_size = 2GB',
    'checkpoint_timeout = 15min',
    'wal_compression = on',
    'random_page_cost = 1.1',
    // The queries are short; compiling them costs more than running them.
    'jit = off',
    'log_checkpoints = off',
    "log_line_prefix = '%m [%p] %q%u@%d '",
  ];
  // Nor does anything of a throwaway server happen by itself: an analysis is an open transaction like any other.
  if (!settings.durable)
    lines.push('fsync = off', 'synchronous_commit = off', 'full_page_writes = off', 'autovacuum = off');
  return `${lines.join('\n')}\n`;
}
