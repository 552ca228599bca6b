import { join } from 'node:path';
import { childEnvironment, NETWORK } from '@trading/local';

/** Where Docker's daemon is, for a server in a container. */
export const DOCKER = /^(DOCKER_.*|COMPOSE_.*)$/;

/** What the server is told; everything else is Prefect's default. */
export interface ServerSettings {
  /** Prefect's own folder: profiles, and what it stores in files. */
  readonly home: string;
  /** A PostgreSQL URL of the role that owns the database `prefect`. */
  readonly databaseUrl: string;
  /** `user:password` that every call must bear. */
  readonly authString: string;
  readonly host: string;
  readonly port: number;
  /** More of Prefect's settings, e.g. `PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS`. */
  readonly more?: Readonly<Record<string, string>> | undefined;
}

/** libpq's TLS modes that asyncpg knows by the parameter `ssl`. */
const TLS_PARAMETER = 'sslmode';

/** The URL as SQLAlchemy's asyncpg dialect wants it. */
export function asyncpgUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get(TLS_PARAMETER);
  url.search = mode === null ? '' : `?ssl=${encodeURIComponent(mode)}`;
  return url.href.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:');
}

/**
 * The environment of the server process: what any program needs of the caller's, and settings of our own. What the caller's
 * says to Python or to Prefect is about some other Prefect. Nothing in it reports home.
 */
export function serverEnvironment(base: NodeJS.ProcessEnv, settings: ServerSettings): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(base, NETWORK, DOCKER),
    PREFECT_HOME: settings.home,
    PREFECT_PROFILES_PATH: join(settings.home, 'profiles.toml'),
    PREFECT_API_DATABASE_CONNECTION_URL: asyncpgUrl(settings.databaseUrl),
    PREFECT_SERVER_API_AUTH_STRING: settings.authString,
    // The server's own client calls the server too.
    PREFECT_API_AUTH_STRING: settings.authString,
    // Prefect's default answers pages of every origin.
    PREFECT_SERVER_CORS_ALLOWED_ORIGINS: `http://${settings.host}:${settings.port},http://localhost:${settings.port}`,
    PREFECT_SERVER_API_HOST: settings.host,
    PREFECT_SERVER_API_PORT: String(settings.port),
    // Seconds. By its own, which are shorter, it does not start where the machine has much else to do.
    PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT: '60',
    PREFECT_SERVER_DATABASE_TIMEOUT: '60',
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY: 'false',
    DO_NOT_TRACK: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONWARNINGS: 'ignore',
    ...settings.more,
  };
}
