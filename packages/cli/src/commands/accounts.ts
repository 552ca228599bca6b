import { createExecutionService } from '@trading/execution';
import { TradingError } from '@trading/model';
import { createRiskService, LIMIT_TYPE_NAMES } from '@trading/risk';
import { createStrategyService } from '@trading/strategy';
import {
  type AccountClosing,
  type AccountDefinition,
  type AccountLine,
  type Accounts,
  type AccountView,
  accountDefinition,
  createAccounts,
} from '@trading/system';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { EXIT } from '../exitCode';
import { money } from '../figures';
import { textTable } from '../output';
import { postFromCommand } from './cash';
import { given, readJsonFile } from './inputFile';
import { openServicePool } from './openServicePool';
import { type ByOption, byOf, byOption } from './risk/byOption';

/** `trading accounts`: open, list, show and close them. */
export function registerAccounts(program: Command): void {
  const accounts = program.command('accounts').summary('open, list, show and close accounts');
  registerOpen(accounts);
  registerMoney(accounts, 'deposit');
  registerMoney(accounts, 'withdraw');
  registerList(accounts);
  registerShow(accounts);
  registerClose(accounts);
}

interface OpenOptions {
  capital?: string;
  file?: string;
  limit?: Record<string, string>;
}

function registerOpen(accounts: Command): void {
  const command = accounts
    .command('open')
    .summary('open an account on paper: open MINE --capital 100000')
    .description(
      'Records its capital and gives it starter limits: orders and exposure up to twice the capital, a quarter of it lost in a\n' +
        `day, half of it in all. --limit sets another value in their place: ${LIMIT_TYPE_NAMES.join(', ')}.\n` +
        'The same command again changes nothing. `risk limits` shows and changes them later.',
    )
    .argument('<account>', 'its id')
    .option('--capital <amount>', 'what it begins with')
    .option('--limit <name=value>', 'a limit; may be given again', collectLimit)
    .option(
      '--file <path>',
      'JSON: {"capital":"100000","limits":{...},"symbols":{"AAPL":{"maxNotional":"20000"}}}',
    );
  onAction<OpenOptions>(withJson(command), (context, { capital, file, limit }, [accountId = '']) =>
    withAccounts(context, async (service) => {
      const fromFile = file === undefined ? {} : await readJsonFile(file);
      const fileLimits = typeof fromFile.limits === 'object' ? fromFile.limits : {};
      const limits = { ...fileLimits, ...limit };
      const definition = definitionOf({ ...fromFile, ...given({ capital }), limits, accountId });
      const opened = await service.open(definition);
      context.output.result({ accountId, opened }, () =>
        opened
          ? `Opened ${accountId} with ${money(definition.capital)}.`
          : `${accountId} is open already; its limits are as given.`,
      );
      return undefined;
    }),
  );
}

function definitionOf(input: Record<string, unknown>): AccountDefinition {
  const parsed = accountDefinition.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TradingError('CLI.INVALID_ACCOUNT', `the account is wrong: ${problems.join('; ')}`, {
    details: { problems },
  });
}

function collectLimit(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name = '', value = ''] = text.split('=', 2);
  return { ...before, [name]: value };
}

function registerList(accounts: Command): void {
  const command = accounts.command('list').summary('every account, with what it began with and what it made');
  onAction(withJson(command), (context) =>
    withAccounts(context, async (service) => {
      const lines = await service.list();
      context.output.result({ accounts: lines }, () =>
        lines.length === 0 ? 'There is no account: `npx trading accounts open` opens one.' : listText(lines),
      );
      return undefined;
    }),
  );
}

function listText(lines: readonly AccountLine[]): string {
  return textTable(
    ['account', 'capital', 'P&L', 'cash', 'equity', 'positions', 'strategies', ''],
    lines.map(({ accountId, capital, pnl, cash, equity, positions, strategies, stopped }) => [
      accountId,
      capital === null ? 'not opened' : money(capital),
      money(pnl),
      cash === null ? '' : money(cash),
      equity === null ? '' : money(equity),
      String(positions),
      String(strategies),
      stopped ?? '',
    ]),
  );
}

interface MoneyOptions {
  readonly reason?: string;
  readonly id?: string;
}

function registerMoney(accounts: Command, name: 'deposit' | 'withdraw'): void {
  const command = accounts
    .command(name)
    .summary(name === 'deposit' ? 'put money into an account' : 'take money out of an account')
    .description(
      'Booked once for an --id, however often it is sent. It moves the capital that drawdown is measured from, so it is ' +
        'neither a profit nor a loss.',
    )
    .argument('<account>', 'its id')
    .argument('<amount>', 'above 0, in the currency of the account')
    .option('--id <id>', 'the id of the transfer; a new one, unless given')
    .option('--reason <text>', 'why, for the record');
  onAction<MoneyOptions>(withJson(command), (context, options, [accountId = '', amount = '']) =>
    postFromCommand(context, accountId, amount, name === 'deposit' ? 'deposit' : 'withdrawal', options),
  );
}

function registerShow(accounts: Command): void {
  const command = accounts
    .command('show')
    .summary('an account with its limits, positions, working orders and strategies')
    .argument('<account>', 'its id');
  onAction(withJson(command), (context, _options, [accountId = '']) =>
    withAccounts(context, async (service) => {
      const account = await service.show(accountId);
      context.output.result(account, () => showText(account));
      return undefined;
    }),
  );
}

function showText(account: AccountView): string {
  const { held, working, traders, limits } = account;
  return [
    listText([account]),
    textTable(
      ['limit', 'value', 'last measured'],
      limits.map(({ type, strategyId, value, current }) => [
        strategyId === null ? type : `${type} of ${strategyId}`,
        value.toString(),
        current?.toString() ?? '',
      ]),
    ),
    held.length === 0
      ? 'It holds nothing.'
      : textTable(
          ['symbol', 'quantity', 'value', 'unrealised'],
          held.map(({ symbol, quantity, marketValue, unrealizedPnl }) => [
            symbol,
            quantity,
            marketValue ?? '',
            unrealizedPnl ?? '',
          ]),
        ),
    working.length === 0
      ? 'No order is working.'
      : textTable(
          ['order', 'side', 'quantity', 'symbol', 'status'],
          working.map(({ orderId, side, quantity, symbol, status }) => [
            orderId,
            side,
            quantity.toString(),
            symbol,
            status,
          ]),
        ),
    traders.length === 0
      ? 'No strategy trades it.'
      : textTable(
          ['strategy', 'name', 'status'],
          traders.map(({ strategyId, name, status }) => [strategyId, name, status]),
        ),
  ].join('\n\n');
}

interface CloseOptions extends ByOption {
  reason: string;
  dryRun?: boolean;
}

function registerClose(accounts: Command): void {
  const command = accounts
    .command('close')
    .summary('end an account that holds nothing: its strategies stop, and no order of it passes any more')
    .description(
      'Exits 1 and does nothing where the account holds something or an order works. What happened in it stays, for good; a\n' +
        'closed account is halted by its kill switch, which `risk resume --account` lifts.',
    )
    .argument('<account>', 'its id')
    .option('--reason <text>', 'why; it is kept', 'closed')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(byOption());
  onAction<CloseOptions>(withJson(command), (context, options, [accountId = '']) =>
    withAccounts(context, async (service) => {
      const { reason, dryRun = false } = options;
      const closing = await service.close(accountId, { by: byOf(options), reason, dryRun });
      context.output.result(closing, () => closingText(closing));
      return closing.obstacles.length > 0 ? EXIT.problem : EXIT.ok;
    }),
  );
}

function closingText({ accountId, obstacles, strategies, closed }: AccountClosing): string {
  if (obstacles.length > 0) return `${accountId} can't be closed: ${obstacles.join('; ')}.`;
  const ended = strategies.length === 0 ? '' : `; ended: ${strategies.join(', ')}`;
  return `${closed ? 'Closed' : 'Would close'} ${accountId}${ended}.`;
}

async function withAccounts(
  context: CommandContext,
  work: (accounts: Accounts) => Promise<number | undefined>,
): Promise<number | undefined> {
  await using risk = await openServicePool(context, 'risk');
  await using execution = await openServicePool(context, 'execution');
  await using strategy = await openServicePool(context, 'strategy');
  return await work(
    createAccounts({
      risk: createRiskService({ pool: risk }),
      execution: createExecutionService({ pool: execution }),
      strategy: createStrategyService({ pool: strategy }),
    }),
  );
}
