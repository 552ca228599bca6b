import { createExecutionService } from '@trading/execution';
import { TradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { openServicePool } from '../openServicePool';

/** `trading orders series` */
export function registerOrderSeries(orders: Command): void {
  const command = orders
    .command('series')
    .summary("show or set the series at which an account's orders by hand fill: series ACCOUNT SERIES")
    .description(
      "Without arguments, lists what is set. A strategy's orders fill at the strategy's own series, wherever they are decided;\n" +
        "an order by hand fills at its account's, * is every account that has none, and yahoo where nothing is set. Orders\n" +
        'that were placed before keep theirs.',
    )
    .argument('[account]', 'whose; * is every account that has none of its own')
    .argument('[series]', 'e.g. yahoo, or polygon_1m');
  onAction(withJson(command), async (context, _options, [accountId, tradingSource]) => {
    await using pool = await openServicePool(context, 'execution');
    const { series } = createExecutionService({ pool });
    if (accountId !== undefined) {
      if (tradingSource === undefined)
        throw new TradingError('CLI.MISSING_VALUE', `at which series are orders of ${accountId} to fill?`);
      await series.set({ accountId, tradingSource });
    }
    const list = await series.list();
    context.output.result({ series: list }, () =>
      list.length === 0
        ? 'No series is set: orders by hand fill at yahoo.'
        : textTable(
            ['Account', 'Series'],
            list.map((each) => [each.accountId, each.tradingSource]),
          ),
    );
    return undefined;
  });
}
