import { Decimal, type StrategyParameters, strategyParameters, TradingError } from '@trading/model';
import type { z } from 'zod';

const forEachSymbol = strategyParameters.refine(
  ({ allocation, symbols }) =>
    allocation === undefined || new Decimal(allocation).times(symbols.length).lte(1),
  {
    path: ['allocation'],
    message: 'is for each symbol, and all symbols together must not take more than 1',
  },
);

/**
 * Reads a strategy's parameters: those that every strategy has, and those of its kind.
 *
 * @param together  the allocation is for all symbols together, and not for each
 * @throws TradingError `STRATEGY.INVALID_PARAMETERS` naming each field, what it held and what would be right
 */
export function parseParameters<Own extends z.ZodObject>(
  {
    kind,
    parameters: own,
    symbols,
  }: { readonly kind: string; readonly parameters: Own; readonly symbols?: number },
  parameters: unknown,
  together: boolean,
): StrategyParameters & z.output<Own> {
  const common = (together ? strategyParameters : forEachSymbol).safeParse(parameters);
  const theirs = own.safeParse(parameters);
  const known = new Set([...Object.keys(strategyParameters.shape), ...Object.keys(own.shape)]);
  const problems = [
    ...(common.error?.issues ?? []).map((issue) => problemOf(parameters, issue)),
    ...(theirs.error?.issues ?? []).map((issue) => problemOf(parameters, issue)),
    ...unknownFields(parameters, known),
    ...(common.success && symbols !== undefined && common.data.symbols.length !== symbols
      ? [`symbols is ${JSON.stringify(common.data.symbols)}: a ${kind} strategy takes ${symbols}`]
      : []),
  ];
  // A field that both read is wrong once.
  if (problems.length > 0 || !common.success || !theirs.success) throw invalid(kind, [...new Set(problems)]);
  return { ...common.data, ...theirs.data };
}

function problemOf(parameters: unknown, { path, message }: z.core.$ZodIssue): string {
  return `${path.join('.') || 'parameters'} is ${JSON.stringify(valueAt(parameters, path))}: ${message}`;
}

/** A misspelt parameter would be passed over, and its default used instead. */
function unknownFields(parameters: unknown, known: ReadonlySet<string>): string[] {
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.entries(parameters)
    .filter(([field, value]) => value !== undefined && !known.has(field))
    .map(([field]) => `${field} is no parameter: there are ${[...known].join(', ')}`);
}

function invalid(kind: string, problems: readonly string[]): TradingError {
  return new TradingError(
    'STRATEGY.INVALID_PARAMETERS',
    `parameters of a ${kind} strategy are wrong: ${problems.join('; ')}`,
    { details: { kind, problems } },
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
