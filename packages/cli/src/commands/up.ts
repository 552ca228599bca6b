import { createServicePool } from '@trading/database';
import type { UpResult } from '@trading/local';
import { eventTypesSql } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { type CommandContext, requireConnection } from '../context';
import { startPrefect } from './prefect/startPrefect';

interface UpCommandOptions {
  local?: boolean;
  redis?: boolean;
  prefect?: boolean;
}

/** `trading up`: servers, databases, roles, migrations. */
export function registerUp(program: Command): void {
  const command = program
    .command('up')
    .summary('start the servers, make databases and roles, apply migrations')
    .description(
      'Starts PostgreSQL and, where redis-server or valkey-server is installed, Redis, both private to this checkout (data under .trading/),\n' +
        'makes the databases and roles, and applies the migrations. What is there already is left as it is.\n' +
        'With DATABASE_URL set, prepares that server instead; with REDIS_URL set, uses that Redis. Both are remembered.',
    )
    .option('--local', 'go back to the server that this command starts itself')
    .option('--no-redis', 'no Redis, even if there is one: events go by way of PostgreSQL')
    .option('--prefect', 'the Prefect server too, as `trading prefect up` does');
  onAction<UpCommandOptions>(withJson(command), async (context, options) => {
    const result = await bringUp(context, options);
    const prefect = options.prefect === true ? await startPrefect(context) : undefined;
    context.output.result(prefect === undefined ? result : { ...result, prefect: prefect.started }, () =>
      [upText(result), ...(prefect === undefined ? [] : [prefect.text])].join('\n'),
    );
    return undefined;
  });
}

/** Brings the servers up as the environment, the config and the options say; the demo does it too. */
export async function bringUp(context: CommandContext, options: UpCommandOptions): Promise<UpResult> {
  const { DATABASE_URL, REDIS_URL, PREFECT_DB_PASSWORD } = context.environment;
  const result = await context.runtime.up({
    prefectPassword: PREFECT_DB_PASSWORD,
    ...(options.local === true ? { local: true } : { databaseUrl: DATABASE_URL }),
    ...(options.redis === false ? { noRedis: true } : { redisUrl: REDIS_URL }),
  });
  if (context.configPath !== undefined) await allowPublishing(context);
  return result;
}

/** Tells the database who may publish the event types of the config; the migrations told it of those that are built in. */
async function allowPublishing(context: CommandContext): Promise<void> {
  await context.installation();
  const { ownerUrl } = await requireConnection(context);
  await using owner = createServicePool({ url: ownerUrl, service: 'event_bus', max: 1 });
  await owner.query(eventTypesSql());
}

/** What `up` did, for people. */
export function upText(result: UpResult): string {
  const { postgres, redis } = result;
  const lines = [
    `PostgreSQL ${postgres.version} at ${postgres.host}:${postgres.port} ${postgres.started ? '(started)' : '(was running)'}`,
    ...(postgres.dataFolder === undefined ? [] : [`  data ${postgres.dataFolder}, log ${postgres.logFile}`]),
    redis.state === 'none'
      ? `Redis: none, ${redis.reason}; events go by way of PostgreSQL`
      : `Redis ${redis.version} at ${redis.host}:${redis.port} (${redis.state === 'running' ? 'was running' : redis.state})`,
    made('databases', result.createdDatabases),
    made('roles', result.createdRoles),
    result.migrationsApplied.length === 0
      ? `migrations: ${result.migrationsCurrent ? 'current' : 'none applied, see the warnings'}`
      : `migrations: applied ${result.migrationsApplied.join(', ')}`,
    ...result.warnings.map((warning) => `warning: ${warning}`),
    '`npx trading status` shows how to reach everything; `npx trading studio` browses it.',
  ];
  return lines.join('\n');
}

function made(what: string, names: readonly string[]): string {
  return `${what}: ${names.length === 0 ? 'all there' : `made ${names.join(', ')}`}`;
}
