import type { ReconciliationReport } from '@trading/execution';
import { TradingError } from '@trading/model';
import { differenceText, openBrokerSession } from '@trading/system';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { EXIT } from '../exitCode';
import { remoteAccountOf } from '../remoteAccountOf';
import { openServicePool } from './openServicePool';

/** `trading reconcile`: are our books the broker's? */
export function registerReconcile(program: Command): void {
  const command = program
    .command('reconcile')
    .summary("bring our books up to the remote broker's, and tell what still differs")
    .description(
      'Books the executions that are missing here, lets orders follow, and compares open orders, filled quantities and\n' +
        'positions of the account that ALPACA_TRADING_ACCOUNT names. What still differs is raised as a risk event with both\n' +
        'values; nothing is made up. Exits 1 where something differs. `trading run` does it at its start, whenever the stream\n' +
        'comes up and each minute. A paper account has no books but ours: `trading verify` looks at those.',
    )
    .option('--account <id>', 'the account; an error where it is at no remote broker');
  onAction<{ account?: string }>(withJson(command), async (context, { account }) => {
    const remote = remoteAccountOf(context.environment, context.output.say);
    if (remote === undefined || (account !== undefined && account !== remote.accountId)) {
      if (account === undefined) {
        context.output.result(
          { accounts: [] },
          () => 'No account is at a remote broker: ALPACA_TRADING_ACCOUNT is not set.',
        );
        return EXIT.ok;
      }
      throw new TradingError(
        'CLI.NO_REMOTE_BROKER',
        `account ${account} is at no remote broker: ALPACA_TRADING_ACCOUNT is ${remote?.accountId ?? 'not set'}`,
      );
    }
    await using pool = await openServicePool(context, 'execution');
    const { accountId, broker } = remote;
    const report = await openBrokerSession(pool, remote, context.output.say).reconcile();
    context.output.result({ accounts: [{ accountId, broker: broker.name, ...report }] }, () =>
      reconciliationText(accountId, broker.name, report),
    );
    return report.differences.length === 0 ? EXIT.ok : EXIT.problem;
  });
}

/** What a reconciliation did and found, in words. */
export function reconciliationText(
  accountId: string,
  broker: string,
  { fillsBooked, ordersMoved, differences }: ReconciliationReport,
): string {
  return [
    `${accountId} at ${broker}: ${fillsBooked} missing fills booked, ${ordersMoved} orders moved, ` +
      `${differences.length === 0 ? 'all agrees' : `${differences.length} differences`}.`,
    ...differences.map((difference) => `- ${differenceText(difference, broker)}`),
  ].join('\n');
}
