import type { Discrepancy } from '@trading/execution';
import { createExecutionService } from '@trading/execution';
import { parseSymbol } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { EXIT } from '../exitCode';
import { textTable } from '../output';

import { openServicePool } from './openServicePool';

/** `trading verify`: does what is stored follow from the trades? */
export function registerVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('derive orders, positions and P&L again from the trades, and compare')
    .description(
      'Reads everything and changes nothing. Exits 1 and names each difference where something stored does not follow ' +
        'from the trades.',
    )
    .option('--account <id>', 'of one account only')
    .option('--symbol <symbol>', 'of one symbol only');
  onAction<{ account?: string; symbol?: string }>(withJson(command), async (context, { account, symbol }) => {
    const scope = {
      ...(account === undefined ? {} : { accountId: account }),
      ...(symbol === undefined ? {} : { symbol: parseSymbol(symbol) }),
    };
    await using pool = await openServicePool(context, 'execution');
    const differences = await createExecutionService({ pool }).verify(scope);
    context.output.result({ differences }, () => verifyText(differences));
    return differences.length === 0 ? EXIT.ok : EXIT.problem;
  });
}

function verifyText(differences: readonly Discrepancy[]): string {
  if (differences.length === 0) return 'Everything follows from the trades.';
  return textTable(
    ['what', 'account', 'symbol', 'id', 'field', 'stored', 'derived'],
    differences.map(({ what, accountId, symbol, id, field, stored, derived }) => [
      what,
      accountId,
      symbol,
      id,
      field,
      stored ?? 'missing',
      derived ?? 'missing',
    ]),
  );
}
