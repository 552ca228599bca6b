import { TradingError } from '@trading/model';
import {
  LIMIT_TYPE_NAMES,
  LIMIT_TYPES,
  type Limit,
  type Limits,
  type LimitType,
  type PositionLimit,
} from '@trading/risk';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { withRisk } from './withRisk';

interface LimitOptions {
  strategy?: string;
  symbol?: string;
}

/** The limits that an account may have in one symbol, by the fields that hold them. */
const SYMBOL_LIMITS = {
  max_position_quantity: 'maxQuantity',
  max_position_notional: 'maxNotional',
  max_outside_session: 'maxOutsideSession',
} as const;

/** The value that takes a limit away. */
const OFF = 'off';

/** `trading risk limits` */
export function registerRiskLimits(risk: Command): void {
  const command = risk
    .command('limits')
    .summary('show limits, or set one: limits ACCOUNT LIMIT VALUE|off')
    .description(
      `Without arguments, lists every limit with what was last measured against it.\n\nLimits:\n${LIMIT_TYPE_NAMES.map(
        (name) => `  ${name.padEnd(24)} ${LIMIT_TYPES[name]}`,
      ).join('\n')}\n\nOf a symbol: ${Object.keys(SYMBOL_LIMITS).join(', ')}`,
    )
    .argument('[account]', 'whose')
    .argument('[limit]', 'which one to set')
    .argument('[value]', 'to what; off takes it away')
    .addOption(
      new Option('--strategy <id>', 'of one strategy in the account: the tighter of the two holds').conflicts(
        'symbol',
      ),
    )
    .option(
      '--symbol <symbol>',
      'of one symbol in the account; * is every one that has none, max_outside_session of * every one',
    );
  onAction<LimitOptions>(withJson(command), (context, options, [account, limit, value]) =>
    withRisk(context, async ({ limits }) => {
      if (account !== undefined && limit !== undefined) {
        if (value === undefined)
          throw new TradingError('CLI.MISSING_VALUE', `to what is ${limit} to be set?`);
        await set(limits, account, limit, value, options);
      }
      const { strategy, symbol } = options;
      const ofAccount = (await limits.list(account)).filter(
        ({ strategyId }) => strategy === undefined || strategyId === strategy,
      );
      const ofSymbols = (await limits.listPositions(account)).filter(
        (one) => strategy === undefined && (symbol === undefined || one.symbol === symbol),
      );
      context.output.result({ limits: ofAccount, symbols: ofSymbols }, () =>
        [limitsText(ofAccount), ...(ofSymbols.length === 0 ? [] : [symbolsText(ofSymbols)])].join('\n\n'),
      );
      return undefined;
    }),
  );
}

async function set(
  limits: Limits,
  account: string,
  limit: string,
  value: string,
  { strategy, symbol }: LimitOptions,
): Promise<void> {
  const ofSymbol = Object.hasOwn(SYMBOL_LIMITS, limit);
  if (symbol === undefined) {
    if (ofSymbol && !Object.hasOwn(LIMIT_TYPES, limit)) {
      throw new TradingError('CLI.NEEDS_SYMBOL', `${limit} is a limit of a symbol: say which by --symbol`, {
        details: { field: 'limit', value: limit },
      });
    }
    const type = limit as LimitType;
    const whose = strategy === undefined ? {} : { strategyId: strategy };
    if (value !== OFF) return limits.set(account, type, value, whose);
    if (await limits.clear(account, type, whose)) return;
    throw notSet(limit, account, strategy === undefined ? '' : `, strategy ${strategy}`);
  }
  if (!ofSymbol) {
    throw new TradingError(
      'CLI.NOT_OF_A_SYMBOL',
      `${limit} is no limit of a symbol: it must be one of ${Object.keys(SYMBOL_LIMITS).join(', ')}`,
      { details: { field: 'limit', value: limit } },
    );
  }
  const field = SYMBOL_LIMITS[limit as keyof typeof SYMBOL_LIMITS];
  if (value !== OFF) return limits.setPosition(account, symbol, { [field]: value });
  if (!(await limits.clearPosition(account, symbol, field)))
    throw notSet(limit, account, `, symbol ${symbol}`);
}

function notSet(limit: string, account: string, where: string): TradingError {
  return new TradingError('CLI.LIMIT_NOT_SET', `${limit} is not set for account ${account}${where}`, {
    details: { field: 'limit', value: limit },
  });
}

function limitsText(limits: readonly Limit[]): string {
  return textTable(
    ['account', 'strategy', 'limit', 'value', 'last measured', ''],
    limits.map(({ accountId, strategyId, type, value, current, active, breachedAt }) => [
      accountId,
      strategyId ?? '',
      type,
      value.toString(),
      current?.toString() ?? '',
      active ? (breachedAt === null ? '' : 'crossed') : OFF,
    ]),
  );
}

function symbolsText(limits: readonly PositionLimit[]): string {
  return textTable(
    ['account', 'symbol', ...Object.keys(SYMBOL_LIMITS), ''],
    limits.map((limit) => [
      limit.accountId,
      limit.symbol,
      ...Object.values(SYMBOL_LIMITS).map((field) => limit[field]?.toString() ?? ''),
      limit.breachedAt === null ? '' : 'crossed',
    ]),
  );
}
