import type { Progress } from './progress';

/** What the runtime is told once, by the program that parsed the environment. */
export interface RuntimeOptions {
  /** The folder of this system: `.trading` lies in it. */
  readonly root: string;
  /** The folder with `prisma/` and Prisma's configuration; `root` by default. */
  readonly project?: string;
  /** Handed to the programs that are started, and its PATH is where `redis-server` or `valkey-server` is looked for. This process's unless told. */
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** Where data and programs go that the server's account can't reach inside `root`. `/var/lib/trading-system` unless told. */
  readonly sharedFolder?: string;
}

/** What `up` is told. */
export interface UpOptions {
  /**
   * A server of one's own, by a login that may make roles and databases. Remembered: later calls without it stay with
   * that server until {@link UpOptions.local}.
   */
  readonly databaseUrl?: string | undefined;
  /** Back to the embedded server after one was given by URL. */
  readonly local?: boolean | undefined;
  /** A Redis of one's own; remembered likewise. */
  readonly redisUrl?: string | undefined;
  /**
   * The password of the login `prefect`, where a Prefect server was given one before `up` came. Only with
   * {@link UpOptions.databaseUrl}; remembered.
   */
  readonly prefectPassword?: string | undefined;
  /** No Redis at all, even if there is one: events go by way of PostgreSQL. */
  readonly noRedis?: boolean | undefined;
  /** How long to wait for another `up` or `down` at work, in milliseconds; two minutes unless told. */
  readonly lockTimeoutMs?: number | undefined;
}

/** What `up` did and where things are. Holds no password. */
export interface UpResult {
  readonly mode: 'local' | 'external';
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly version: string;
    /** The data directory was made. */
    readonly initialised: boolean;
    /** The server was started, and wasn't running before. */
    readonly started: boolean;
    readonly dataFolder?: string;
    readonly logFile?: string;
  };
  readonly redis: {
    readonly state: 'started' | 'running' | 'external' | 'none';
    readonly host?: string;
    readonly port?: number;
    readonly version?: string;
    /** Why there is none. */
    readonly reason?: string;
  };
  readonly createdRoles: readonly string[];
  readonly createdDatabases: readonly string[];
  readonly passwordsReset: readonly string[];
  readonly migrationsApplied: readonly string[];
  /** Whether the database has exactly the migrations of this checkout; a warning says where it hasn't. */
  readonly migrationsCurrent: boolean;
  /** What works but not well, each with what to do about it. */
  readonly warnings: readonly string[];
}

/** What `down` stopped. */
export interface DownResult {
  readonly stopped: readonly ('postgres' | 'redis')[];
  /** Servers that `up` did not start, and that are left alone. */
  readonly leftRunning: readonly ('postgres' | 'redis')[];
}
