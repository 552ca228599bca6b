import { userInfo } from 'node:os';
import { createApiAccess, type Keys, type ListedKey, SCOPES, type Scope } from '@trading/api';
import { TradingError } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { textTable } from '../output';
import { openServicePool } from './openServicePool';

/** `trading keys`: keys of the HTTP API. */
export function registerKeys(program: Command): void {
  const keys = program.command('keys').summary('make, list and revoke keys of the HTTP API');
  registerCreate(keys);
  registerList(keys);
  registerRevoke(keys);
}

interface CreateOptions {
  scope: Scope;
  accounts?: string[];
  days?: string;
}

function registerCreate(keys: Command): void {
  const command = keys
    .command('create')
    .summary('make a key and show it, this once')
    .description(
      'The key is shown once and stored nowhere; what is stored is its hash. read sees, trade also places and cancels orders,\n' +
        'stops trading and switches strategies, admin also lifts kill switches, and retries and drops dead letters.',
    )
    .argument('<name>', 'what it is for, e.g. "research notebook"')
    .addOption(new Option('--scope <scope>', 'what it may do').choices([...SCOPES]).default('read'))
    .option(
      '--accounts <list>',
      'the accounts that it may see and trade, e.g. MINE,HIS; default all',
      (list) => list.split(',').map((account) => account.trim()),
    )
    .option('--days <n>', 'for how many days it is good; default for ever');
  onAction<CreateOptions>(withJson(command), (context, { scope, accounts, days }, [name = '']) =>
    withKeys(context, async (service) => {
      const expiresAt = days === undefined ? undefined : daysFromNow(days);
      const made = await service.create({ name, scope, accounts, expiresAt, by: userInfo().username });
      context.output.result({ ...made, expiresAt: expiresAt?.toISOString() ?? null }, () =>
        [
          `Key ${made.keyId}, ${scope}, for ${accounts?.join(', ') ?? 'all accounts'}. It is shown this once:`,
          '',
          `  ${made.key}`,
          '',
          'Send it as `Authorization: Bearer <key>`.',
        ].join('\n'),
      );
      return undefined;
    }),
  );
}

const DAY_MS = 86_400_000;

function daysFromNow(days: string): Date {
  const number = Number(days);
  if (/^\d{1,5}$/.test(days) && number > 0) return new Date(Date.now() + number * DAY_MS);
  throw new TradingError(
    'CLI.INVALID_DAYS',
    `--days is '${days}'; it must be a whole number from 1 to 99999`,
  );
}

function registerList(keys: Command): void {
  const command = keys
    .command('list')
    .summary('keys, newest first, with their last use')
    .option('--logins', 'those that logins of the dashboard opened too');
  onAction<{ logins?: boolean }>(withJson(command), (context, { logins = false }) =>
    withKeys(context, async (service) => {
      const listed = await service.list({ logins });
      context.output.result({ keys: listed }, () =>
        listed.length === 0 ? 'There is no key: `npx trading keys create` makes one.' : listText(listed),
      );
      return undefined;
    }),
  );
}

function listText(listed: readonly ListedKey[]): string {
  return textTable(
    ['key', 'name', 'scope', 'accounts', 'made', 'good until', 'last used'],
    listed.map(({ keyId, name, scope, accounts, createdAt, expiresAt, revokedAt, lastUsedAt }) => [
      keyId,
      name,
      scope,
      accounts.join(' '),
      day(createdAt),
      validity(expiresAt, revokedAt),
      lastUsedAt === null ? 'never' : day(lastUsedAt),
    ]),
  );
}

function validity(expiresAt: Date | null, revokedAt: Date | null): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt === null ? 'for ever' : day(expiresAt);
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 16).replace('T', ' ');
}

function registerRevoke(keys: Command): void {
  const command = keys
    .command('revoke')
    .summary('make a key good for nothing, from the next request on')
    .argument('<key>', 'its id, as `keys list` shows it');
  onAction(withJson(command), (context, _options, [keyId = '']) =>
    withKeys(context, async (service) => {
      const revoked = await service.revoke(keyId, userInfo().username);
      context.output.result({ keyId, revoked }, () =>
        revoked ? `Revoked ${keyId}.` : `${keyId} was revoked before.`,
      );
      return undefined;
    }),
  );
}

async function withKeys(
  context: CommandContext,
  work: (keys: Keys) => Promise<number | undefined>,
): Promise<number | undefined> {
  await using pool = await openServicePool(context, 'api');
  return await work(createApiAccess(pool).keys);
}
