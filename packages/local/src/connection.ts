import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@trading/database';
import { TradingError } from '@trading/model';
import { z } from 'zod';
import { writeFileAtomic } from './atomicFile';
import { passwordOf, serverOf } from './connectionUrl';
import { type Credentials, mapServices } from './credentials';
import type { Layout } from './layout';
import { systemCode } from './systemError';

/** Whether the server is the one that `up` starts itself, or somebody else's that it was pointed at. */
export type ServerMode = 'local' | 'external';

/** How to reach everything, passwords included. Lies in `.trading/connection.json`, for its owner's eyes only. */
export interface Connection {
  readonly version: 1;
  readonly mode: ServerMode;
  /** May create roles and databases. On the embedded server this is its superuser. */
  readonly adminUrl: string;
  /** Owns `trading_system` and runs the migrations. */
  readonly ownerUrl: string;
  readonly services: Readonly<Record<ServiceName, string>>;
  readonly prefectUrl: string;
  /** The relay's login, which announces events there. */
  readonly redisUrl?: string | undefined;
  /** The login for programs outside, which may listen and read. Only where `up` started that Redis itself. */
  readonly redisListenerUrl?: string | undefined;
  /** True where `up` started that Redis itself, so that `down` stops it. */
  readonly redisManaged?: boolean | undefined;
}

const servicesSchema = z.record(z.enum(SERVICE_NAMES as [ServiceName, ...ServiceName[]]), z.url());

const connectionSchema: z.ZodType<Connection> = z.object({
  version: z.literal(1),
  mode: z.enum(['local', 'external']),
  adminUrl: z.url(),
  ownerUrl: z.url(),
  services: servicesSchema,
  prefectUrl: z.url(),
  // Of a Cluster or of Sentinels it names several hosts, which no URL of the standard does.
  redisUrl: z.string().optional(),
  redisListenerUrl: z.url().optional(),
  redisManaged: z.boolean().optional(),
});

/**
 * What the last `up` wrote, or undefined where there was none.
 *
 * @throws TradingError `LOCAL.CONNECTION_UNREADABLE` where the file is damaged, `LOCAL.PERMISSION` where it is another user's
 */
export async function readConnection(layout: Layout): Promise<Connection | undefined> {
  return readConnectionFile(layout.connectionFile);
}

/** The connection that `up` set aside when it was pointed from one kind of server at the other. */
export function readSetAside(layout: Layout, mode: ServerMode): Promise<Connection | undefined> {
  return readConnectionFile(setAsidePath(layout, mode));
}

/** Keeps a connection beside the one in use, until it is known to work; passwords in it outlive a crash. */
export async function setAsideConnection(layout: Layout, connection: Connection): Promise<void> {
  await writeFileAtomic(setAsidePath(layout, connection.mode), serialise(connection), 0o600);
}

/** Replaces the connection file at once, mode 0600; what it said about the other kind of server is set aside, not lost. */
export async function writeConnection(layout: Layout, connection: Connection): Promise<void> {
  const previous = await readConnection(layout).catch(() => undefined);
  if (previous !== undefined && previous.mode !== connection.mode) {
    await rename(layout.connectionFile, setAsidePath(layout, previous.mode));
  }
  await writeFileAtomic(layout.connectionFile, serialise(connection), 0o600);
  await rm(setAsidePath(layout, connection.mode), { force: true });
}

/** The passwords in a connection. */
export function credentialsOf(connection: Connection): Credentials {
  return {
    owner: passwordOf(connection.ownerUrl) ?? '',
    services: mapServices((service) => passwordOf(connection.services[service]) ?? ''),
    prefect: passwordOf(connection.prefectUrl) ?? '',
  };
}

/** What a connection says of Redis, to go on saying it when PostgreSQL's part changes. */
export function redisOf({
  redisUrl,
  redisListenerUrl,
  redisManaged,
}: Connection): Pick<Connection, 'redisUrl' | 'redisListenerUrl' | 'redisManaged'> {
  return { redisUrl, redisListenerUrl, redisManaged };
}

/** Whether the connection is to the server that `url` names, by host and port. */
export function isSameServer(connection: Connection, url: string): boolean {
  const [mine, theirs] = [serverOf(connection.adminUrl), serverOf(url)];
  return mine.host === theirs.host && mine.port === theirs.port;
}

function serialise(connection: Connection): string {
  return `${JSON.stringify(connection, null, 2)}\n`;
}

function setAsidePath(layout: Layout, mode: ServerMode): string {
  return join(layout.folder, `connection.${mode}.json`);
}

async function readConnectionFile(path: string): Promise<Connection | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) === 'EACCES') {
      throw new TradingError(
        'LOCAL.PERMISSION',
        `${path} belongs to another user; run as that user, or remove it`,
        {
          kind: 'operational',
          cause: error,
        },
      );
    }
    throw error;
  }
  try {
    return connectionSchema.parse(JSON.parse(text));
  } catch {
    // The parser's own error is left out on purpose: it may quote the file, which holds passwords.
    throw new TradingError(
      'LOCAL.CONNECTION_UNREADABLE',
      `${path} is not a connection file of version 1; run \`trading up\`, which writes it anew`,
      { kind: 'operational' },
    );
  }
}
