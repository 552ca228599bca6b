import {
  ACTION_TYPES,
  type ActionType,
  type Decimal,
  dailyBarStart,
  exactDecimal,
  parseSymbol,
  TradingError,
} from '@trading/model';

/** Who tells of corporate actions. Where two differ, the one that is further right counts. */
export const ACTION_SOURCES = ['yahoo', 'polygon', 'alpaca', 'file', 'manual'] as const;
export type ActionSource = (typeof ACTION_SOURCES)[number];

/** A corporate action as a source tells of it. Dates are `YYYY-MM-DD` in the exchange's zone. */
export interface AnnouncedAction {
  readonly symbol: string;
  readonly type: ActionType;
  /** It takes effect before the open of this date. */
  readonly exDate: string;
  readonly recordDate: string | null;
  readonly payDate: string | null;
  /** Of a split: so many new shares for `denominator` old ones. */
  readonly numerator: Decimal | null;
  readonly denominator: Decimal | null;
  /** Of a dividend: money per share as it was paid, in the shares of the ex-date. */
  readonly amount: Decimal | null;
  /** ISO 4217. */
  readonly currency: string | null;
  readonly newSymbol: string | null;
  readonly source: ActionSource;
  readonly sourceId: string | null;
}

/** A corporate action as it is stored: the last version of it. */
export interface CorporateAction extends AnnouncedAction {
  readonly actionId: string;
  readonly version: number;
  readonly status: 'active' | 'cancelled';
  /** Why this version was recorded. */
  readonly reason: string | null;
  readonly recordedAt: Date;
}

/** A corporate action as a person or a file writes it. Numbers are decimal text. */
export interface ActionText {
  readonly symbol: string;
  readonly type: string;
  readonly exDate: string;
  readonly recordDate?: string | undefined;
  readonly payDate?: string | undefined;
  /** `4:1` is four new shares for one old one. */
  readonly ratio?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly newSymbol?: string | undefined;
}

const RATIO_COLUMN = { precision: 18, scale: 8 };
const AMOUNT_COLUMN = { precision: 23, scale: 8 };

/** One action has one id, whoever tells of it. */
export function actionIdOf({ symbol, type, exDate }: Pick<AnnouncedAction, 'symbol' | 'type' | 'exDate'>) {
  return `${symbol}:${type}:${exDate}`;
}

/**
 * What an id names, without terms.
 *
 * @throws TradingError `INGESTION.INVALID_ACTION`, `MODEL.*`
 */
export function parseActionId(actionId: string): AnnouncedAction {
  const [symbol, name, exDate, ...rest] = actionId.split(':');
  const type = ACTION_TYPES.find((one) => one === name);
  if (symbol === undefined || type === undefined || exDate === undefined || rest.length > 0)
    throw invalid('actionId', actionId, 'symbol:type:ex-date, like AAPL:split:2020-08-31');
  dailyBarStart(exDate);
  return {
    ...{ symbol: parseSymbol(symbol), type, exDate, recordDate: null, payDate: null },
    ...{ numerator: null, denominator: null, amount: null, currency: null, newSymbol: null },
    ...{ source: 'manual', sourceId: null },
  };
}

/**
 * Reads an action that somebody wrote.
 *
 * @throws TradingError `INGESTION.INVALID_ACTION`, `MODEL.*`, naming the field and what would be right
 */
export function parseAction(text: ActionText, source: ActionSource): AnnouncedAction {
  const type = ACTION_TYPES.find((one) => one === text.type);
  if (type === undefined) throw invalid('type', text.type, `one of ${ACTION_TYPES.join(', ')}`);
  const symbol = parseSymbol(text.symbol);
  const date = (field: 'exDate' | 'recordDate' | 'payDate') => {
    const value = text[field];
    if (value === undefined || value === '') return null;
    dailyBarStart(value);
    return value;
  };
  const exDate = date('exDate');
  if (exDate === null) throw invalid('exDate', '', 'a date as YYYY-MM-DD');
  const only = (field: 'ratio' | 'amount' | 'newSymbol', types: readonly ActionType[]) => {
    const value = text[field] || undefined;
    if (types.includes(type) === (value !== undefined)) return value;
    throw invalid(
      field,
      value ?? '',
      types.includes(type) ? `given for a ${type}` : `left out for a ${type}: it is of ${types.join(', ')}`,
    );
  };
  const ratio = only('ratio', ['split']);
  const amount = only('amount', ['cash_dividend', 'special_dividend']);
  const newSymbol = only('newSymbol', ['symbol_change']);
  const [numerator, denominator] = ratio === undefined ? [null, null] : parseRatio(ratio);
  const paid = amount === undefined ? null : exactDecimal('amount', amount, AMOUNT_COLUMN);
  if (paid?.gt(0) === false) throw invalid('amount', amount ?? '', 'above 0');
  const currency = amount === undefined ? null : (text.currency || 'USD').toUpperCase();
  if (currency !== null && !/^[A-Z]{3}$/.test(currency))
    throw invalid('currency', currency, 'three letters, like USD');
  const renamed = newSymbol === undefined ? null : parseSymbol(newSymbol);
  if (renamed === symbol) throw invalid('newSymbol', renamed, 'another symbol');
  return {
    symbol,
    type,
    exDate,
    recordDate: date('recordDate'),
    payDate: date('payDate'),
    numerator,
    denominator,
    amount: paid,
    currency,
    newSymbol: renamed,
    source,
    sourceId: null,
  };
}

/** Reads `4:1`. @throws TradingError `INGESTION.INVALID_ACTION` */
function parseRatio(text: string): [Decimal, Decimal] {
  const parts = text.split(':');
  const [first, second] = parts;
  if (parts.length !== 2 || first === undefined || second === undefined)
    throw invalid('ratio', text, 'new shares : old shares, like 4:1, or 1:10 for a reverse split');
  const numerator = exactDecimal('ratio', first, RATIO_COLUMN);
  const denominator = exactDecimal('ratio', second, RATIO_COLUMN);
  if (!(numerator.gt(0) && denominator.gt(0)) || numerator.eq(denominator))
    throw invalid('ratio', text, 'two different numbers above 0, like 4:1');
  return [numerator, denominator];
}

function invalid(field: string, value: string, right: string): TradingError {
  return new TradingError('INGESTION.INVALID_ACTION', `${field} is '${value}'; it must be ${right}`, {
    details: { field, value },
  });
}
