import { createExecutionService } from '@trading/execution';
import { parseSymbol, TradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { calendarDate } from '../moment';
import { openServicePool } from '../openServicePool';

/** `trading actions apply | policy`: what actions do to positions. */
export function registerApplyActions(actions: Command): void {
  registerApply(actions);
  registerPolicy(actions);
}

function registerApply(actions: Command): void {
  const command = actions
    .command('apply')
    .summary('bring positions up to the splits that are known')
    .description(
      'Positions follow the bars and the record by themselves when "trading run" runs. This does it at once, and with ' +
        '--through before the market has a bar of the ex-date. Applied once, however often it is called.',
    )
    .option('--symbol <symbol>', 'of one symbol; of all that are held, unless given', parseSymbol)
    .option('--through <date>', 'apply splits up to this ex-date', calendarDate);
  onAction<{ symbol?: string; through?: string }>(withJson(command), async (context, { symbol, through }) => {
    await using pool = await openServicePool(context, 'execution');
    const changed = await createExecutionService({ pool }).corporateActions.apply(symbol, through);
    context.output.result({ changed }, () =>
      changed.length === 0
        ? 'Every position is up to the splits that are known.'
        : textTable(
            ['symbol', 'positions changed'],
            changed.map((one) => [one.symbol, String(one.positions)]),
          ),
    );
    return undefined;
  });
}

function registerPolicy(actions: Command): void {
  const command = actions
    .command('policy')
    .summary('what becomes of fractions of shares in an account')
    .description('From the next split on. An account keeps fractions unless this says otherwise.')
    .argument('<account>', 'which account')
    .option('--whole-shares', 'it holds whole shares only: a fraction that a split leaves over is sold')
    .option('--fractions', 'it keeps fractions, to 4 decimals');
  onAction<{ wholeShares?: boolean; fractions?: boolean }>(
    withJson(command),
    async (context, { wholeShares = false, fractions = false }, [accountId = '']) => {
      if (wholeShares === fractions)
        throw new TradingError('CLI.WHICH_POLICY', 'say either --whole-shares or --fractions');
      await using pool = await openServicePool(context, 'execution');
      await createExecutionService({ pool }).corporateActions.setWholeShares(accountId, wholeShares);
      context.output.result({ accountId, wholeShares }, () =>
        wholeShares ? `${accountId} holds whole shares only.` : `${accountId} keeps fractions of shares.`,
      );
      return undefined;
    },
  );
}
