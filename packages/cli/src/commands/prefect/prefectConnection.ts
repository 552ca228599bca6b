import { join } from 'node:path';
import { TradingError } from '@trading/model';
import {
  createPrefectClient,
  createPrefectServer,
  type PrefectClient,
  type PrefectConnection,
  type PrefectServer,
} from '@trading/orchestration';
import { type CommandContext, requireConnection } from '../../context';

/** The Prefect server of this checkout. @throws TradingError `LOCAL.NOT_UP` before the first `trading up` */
export async function localPrefect(context: CommandContext): Promise<PrefectServer> {
  const { prefectUrl } = await requireConnection(context);
  return prefectAt(context, prefectUrl);
}

/** The same, on a database that only a start needs to know. */
export function prefectAt(context: CommandContext, databaseUrl: string): PrefectServer {
  return createPrefectServer({
    folder: join(context.root, '.trading', 'prefect'),
    databaseUrl,
    env: process.env,
    progress: ({ message }) => context.output.say(message),
  });
}

/** A Prefect of one's own that the environment names; undefined where it names none. */
export function externalPrefect({ environment }: CommandContext): PrefectConnection | undefined {
  const { PREFECT_API_URL, PREFECT_API_KEY, PREFECT_API_AUTH_STRING } = environment;
  if (PREFECT_API_URL === undefined) return undefined;
  if (PREFECT_API_KEY !== undefined)
    return { apiUrl: PREFECT_API_URL, auth: { kind: 'apiKey', apiKey: PREFECT_API_KEY } };
  return PREFECT_API_AUTH_STRING === undefined
    ? { apiUrl: PREFECT_API_URL }
    : { apiUrl: PREFECT_API_URL, auth: { kind: 'basic', authString: PREFECT_API_AUTH_STRING } };
}

/**
 * A client of the Prefect that commands work with: the environment's, or this checkout's own.
 *
 * @throws TradingError `PREFECT.NOT_UP` where there is neither
 */
export async function prefectClient(
  context: CommandContext,
  options: Pick<PrefectConnection, 'attempts'> = {},
): Promise<PrefectClient> {
  const connection = externalPrefect(context) ?? (await (await localPrefect(context)).connection());
  if (connection !== undefined) return createPrefectClient({ ...connection, ...options });
  throw new TradingError(
    'PREFECT.NOT_UP',
    'there is no Prefect server yet: run `npx trading prefect up`, or set PREFECT_API_URL',
    { kind: 'operational' },
  );
}
