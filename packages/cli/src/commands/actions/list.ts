import { type CorporateAction, createIngestionService } from '@trading/ingestion';
import { ACTION_TYPES, type ActionType, parseSymbol } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { calendarDate } from '../moment';
import { openServicePool } from '../openServicePool';

interface ListOptions {
  readonly symbol?: string;
  readonly type?: ActionType;
  readonly from?: string;
  readonly to?: string;
}

/** `trading actions list`. */
export function registerListActions(actions: Command): void {
  const command = actions
    .command('list')
    .summary('what is known, by ex-date')
    .description('Lists the last version of each corporate action, cancelled ones too.')
    .option('--symbol <symbol>', 'of one symbol', parseSymbol)
    .addOption(new Option('--type <type>', 'of one type').choices(ACTION_TYPES))
    .option('--from <date>', 'with this ex-date or a later one', calendarDate)
    .option('--to <date>', 'with this ex-date or an earlier one', calendarDate);
  onAction<ListOptions>(withJson(command), async (context, options) => {
    await using pool = await openServicePool(context, 'ingestion');
    const found = await createIngestionService({ pool }).actions.list(options);
    context.output.result({ actions: found }, () =>
      found.length === 0
        ? 'No corporate action is known.'
        : textTable(
            ['action', 'terms', 'record date', 'pay date', 'status', 'source', 'version', 'reason'],
            found.map((action) => [
              action.actionId,
              termsOf(action),
              action.recordDate ?? '',
              action.payDate ?? '',
              action.status,
              action.source,
              String(action.version),
              action.reason ?? '',
            ]),
          ),
    );
    return undefined;
  });
}

function termsOf({ numerator, denominator, amount, currency, newSymbol }: CorporateAction): string {
  if (numerator !== null && denominator !== null) return `${numerator}:${denominator}`;
  if (amount !== null) return `${amount} ${currency}`;
  return newSymbol ?? '';
}
