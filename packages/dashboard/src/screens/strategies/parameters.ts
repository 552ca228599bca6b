import type { Strategy } from '../../data/answers';

/** What every strategy's parameters say, whatever its kind adds. */
export interface Parameters {
  readonly kind: string;
  readonly symbols: readonly string[];
  readonly signalSource: string | undefined;
  readonly tradingSource: string | undefined;
}

/** Reads them; what is missing is empty. */
export function parametersOf({ parameters }: Pick<Strategy, 'parameters'>): Parameters {
  const given = (typeof parameters === 'object' && parameters !== null ? parameters : {}) as Record<
    string,
    unknown
  >;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    kind: text(given.kind) ?? '',
    symbols: Array.isArray(given.symbols) ? given.symbols.map(String) : [],
    signalSource: text(given.signalSource),
    tradingSource: text(given.tradingSource),
  };
}

/** Which parameters differ between two versions, each with its value before and after. */
export function changesOf(
  before: unknown,
  after: unknown,
): readonly { name: string; before: string; after: string }[] {
  const [old, now] = [before, after].map(
    (each) => (typeof each === 'object' && each !== null ? each : {}) as Record<string, unknown>,
  );
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old, now].map((each) => (each?.[name] === undefined ? '' : valueText(each[name])));
    return from === to ? [] : [{ name, before: from ?? '', after: to ?? '' }];
  });
}

/** A parameter's value as it is shown. */
export function valueText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(valueText).join(', ')
      : JSON.stringify(value);
}
