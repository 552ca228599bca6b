import { TradingError } from '@trading/model';

/** The parts of a PostgreSQL URL that differ between the roles of one server. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Parameters that say how the server is reached; the others (`schema`, `connection_limit`, ...) are another tool's. */
const TRANSPORT_PARAMETERS = /^(ssl.*|channel_binding|connect_timeout|require_auth)$/;

/**
 * Reads a PostgreSQL URL that a user gave.
 *
 * @throws TradingError `LOCAL.URL_INVALID`, which never repeats the value because it may hold a password
 */
export function parseDatabaseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new TradingError(
      'LOCAL.URL_INVALID',
      'DATABASE_URL is not a PostgreSQL URL with a host; it has the form postgresql://user:password@host:5432/database',
    );
  }
  return parsed;
}

/** The URL of another login on the same server, reached in the same way (TLS parameters are kept). */
export function withLogin(serverUrl: string, login: Login): string {
  const url = parseDatabaseUrl(serverUrl);
  url.protocol = 'postgresql:';
  url.username = encodeURIComponent(login.user);
  url.password = encodeURIComponent(login.password);
  url.pathname = `/${encodeURIComponent(login.database)}`;
  for (const name of [...url.searchParams.keys()]) {
    if (!TRANSPORT_PARAMETERS.test(name)) url.searchParams.delete(name);
  }
  return url.href;
}

/** The URL of a role on a server of ours. */
export function loopbackUrl(port: number, login: Login): string {
  return withLogin(`postgresql://127.0.0.1:${port}/`, login);
}

/** The password in a URL, decoded; undefined where there is none. */
export function passwordOf(url: string): string | undefined {
  const { password } = new URL(url);
  return password === '' ? undefined : decodeURIComponent(password);
}

/** Host and port, which tell one server from another. */
export function serverOf(url: string, defaultPort = 5432): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

/**
 * The servers that a Redis URL names, each by a URL of its own: one, the nodes of a Cluster, or Sentinels, which are asked
 * without a login.
 *
 * @throws TradingError `REDIS.URL_INVALID`, which never repeats the value because it may hold a password
 */
export function redisServers(url: string): readonly [string, ...string[]] {
  const parts = /^(rediss?)(\+sentinel|\+cluster)?:\/\/([^?]+)$/.exec(url);
  const [, scheme, kind, rest = ''] = parts ?? [];
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.indexOf('@');
  const login = authority.slice(0, at + 1);
  const hosts = authority.slice(at + 1);
  const urls = hosts.split(',').map((host) => {
    if (kind === undefined) return `${scheme}://${login}${host}${path}`;
    return `${scheme}://${kind === '+cluster' ? login : ''}${withPort(host, kind === '+sentinel' ? 26_379 : 6_379)}`;
  });
  const [first, ...others] = urls;
  if (
    parts === null ||
    first === undefined ||
    hosts === '' ||
    hosts.includes('@') ||
    !urls.every((one) => URL.canParse(one)) ||
    (kind === undefined && others.length > 0)
  )
    throw new TradingError(
      'REDIS.URL_INVALID',
      'REDIS_URL is not a Redis URL; it has the form redis://:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:7000,host:7001, with rediss for TLS',
    );
  return [first, ...others];
}

function withPort(host: string, port: number): string {
  return /:\d{1,5}$/.test(host) ? host : `${host}:${port}`;
}

/** The same URL, fit to be shown: its password is replaced by `***`, also one given as a parameter. */
export function redactUrl(url: string): string {
  // Without `//` what looks like a user would be taken for a scheme, and the password shown.
  if (!URL.canParse(url) || !url.includes('://')) return '***';
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = '***';
  if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
  return parsed.href;
}
