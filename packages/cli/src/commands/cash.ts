import { type CashPosting, createExecutionService } from '@trading/execution';
import { exactDecimal, TradingError } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { textTable } from '../output';
import { openServicePool } from './openServicePool';
import { wholeNumber } from './wholeNumber';

const AMOUNT = { precision: 23, scale: 8 };
const KINDS = ['deposit', 'withdrawal', 'interest', 'fee', 'tax'] as const;

/** `trading cash`: the money of accounts. */
export function registerCash(program: Command): void {
  const cash = program.command('cash').summary('the money of accounts: balances, ledger, deposits, fees');
  registerBalances(cash);
  registerList(cash);
  registerPost(cash);
}

function registerBalances(cash: Command): void {
  const command = cash
    .command('balances')
    .summary('what accounts have: cash, receivables, positions, equity')
    .description(
      'Cash counts from the trade date; unsettled is the part of it whose trades have not settled. Equity is cash + ' +
        'positions at their marks + receivables, and equals deposits + P&L + other income.',
    )
    .argument('[account]', 'of one account only');
  onAction<object>(withJson(command), async (context, _options, [accountId]) => {
    await using pool = await openServicePool(context, 'execution');
    const balances = await createExecutionService({ pool }).cash.balances(accountId);
    if (accountId !== undefined && balances.length === 0) {
      throw new TradingError(
        'CLI.NO_CASH',
        `account ${accountId} has no cash on record; "trading accounts open" or "trading cash post" gives it some`,
        {
          details: { field: 'account', value: accountId },
        },
      );
    }
    context.output.result({ balances }, () =>
      textTable(
        [
          'account',
          'currency',
          'cash',
          'unsettled',
          'receivable',
          'positions',
          'equity',
          'reserved',
          'deposits',
          'realised',
          'unrealised',
          'other income',
        ],
        balances.map((one) => [
          one.accountId,
          one.currency,
          ...[one.cash, one.unsettled, one.receivable, one.securities, one.equity, one.reserved].map(plain),
          ...[one.netDeposits, one.realizedPnl, one.unrealizedPnl, one.otherIncome].map(plain),
        ]),
      ),
    );
    return undefined;
  });
}

function registerList(cash: Command): void {
  const command = cash
    .command('list')
    .summary('the ledger of an account, youngest first')
    .description(
      'Each entry with its postings, which sum to zero: trades, splits, dividends, deposits, fees.',
    )
    .argument('<account>', 'whose')
    .option(
      '--kind <kind>',
      'fill, bust, split, dividend, dividend_payment, opening, deposit, withdrawal, interest, fee or tax',
    )
    .option('--limit <entries>', 'at most so many', wholeNumber(1), 100);
  onAction<{ kind?: string; limit: number }>(
    withJson(command),
    async (context, options, [accountId = '']) => {
      await using pool = await openServicePool(context, 'execution');
      const entries = await createExecutionService({ pool }).cash.ledger(accountId, options);
      context.output.result({ accountId, entries }, () =>
        entries.length === 0
          ? `Nothing is booked in account ${accountId}.`
          : textTable(
              ['when', 'kind', 'symbol', 'entry', 'settles', 'postings'],
              entries.map((entry) => [
                entry.occurredAt.toISOString(),
                entry.kind,
                entry.symbol ?? '',
                entry.entryId,
                entry.settlementDate ?? '',
                entry.postings.map(({ account, amount }) => `${account} ${plain(amount)}`).join(', '),
              ]),
            ),
      );
      return undefined;
    },
  );
}

interface PostOptions {
  readonly kind: (typeof KINDS)[number];
  readonly reason?: string;
  readonly id?: string;
  readonly currency?: string;
}

function registerPost(cash: Command): void {
  const command = cash
    .command('post')
    .summary('book a deposit, withdrawal, interest, fee or tax')
    .description(
      'Booked once for an --id, however often it is sent. Deposits and withdrawals move the capital that drawdown is measured from.',
    )
    .argument('<account>', 'whose')
    .argument('<amount>', 'above 0')
    .addOption(new Option('--kind <kind>', 'what it is').choices(KINDS).makeOptionMandatory())
    .option('--currency <code>', 'USD unless given; an account has one')
    .option('--id <id>', 'the id of the transfer; a new one, unless given')
    .option('--reason <text>', 'why, for the record');
  onAction<PostOptions>(withJson(command), (context, { kind, ...more }, [account, amount]) =>
    postFromCommand(context, account ?? '', amount ?? '', kind, more),
  );
}

/** Books money that a command names, and prints what the account has then. */
export async function postFromCommand(
  context: CommandContext,
  accountId: string,
  amount: string,
  kind: CashPosting['kind'],
  { reason, id, currency }: { readonly reason?: string; readonly id?: string; readonly currency?: string },
): Promise<undefined> {
  const money = exactDecimal('amount', amount, AMOUNT);
  if (!money.gt(0)) {
    throw new TradingError('CLI.INVALID_AMOUNT', `amount is ${amount}; it must be above 0`, {
      details: { field: 'amount', value: amount },
    });
  }
  await using pool = await openServicePool(context, 'execution');
  const { cash } = createExecutionService({ pool });
  const booked = await cash.post({
    ...{ accountId, kind, amount: money, reason, transferId: id },
    currency: currency?.toUpperCase(),
  });
  const [balance] = await cash.balances(accountId);
  context.output.result(
    { booked, balance },
    () =>
      `${booked ? 'Booked' : 'Was booked before'}: ${kind} of ${money}. Account ${accountId} has ${plain(balance?.cash ?? '0')} in cash.`,
  );
  return undefined;
}

function plain(amount: string): string {
  return exactDecimal('amount', amount, { precision: 60, scale: 20 }).toString();
}
