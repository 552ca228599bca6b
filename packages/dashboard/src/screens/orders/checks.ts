import type { DecimalText } from '../../format/decimal';

/** A limit that an order was measured against. */
export interface Check {
  readonly limitType: string;
  readonly bound: DecimalText;
  /** What the order made of it; null where there was nothing to measure. */
  readonly value: DecimalText | null;
}

/** What risk kept of its decision on an order. */
export interface DecisionDetails {
  readonly checks: readonly Check[];
  /** What is no limit: that it only reduces, what was held; or for a denial, which limit denied it. */
  readonly rest: readonly (readonly [name: string, value: string])[];
}

/** Reads the details of an order's first move: `{checks: {limit: [bound, value]}}`, or a denial's `{limit, observed, …}`. */
export function decisionOf(details: unknown): DecisionDetails {
  const checks: Check[] = [];
  const rest: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(asObject(details))) {
    if (name !== 'checks') {
      if (value !== null) rest.push([words(name), text(value)]);
      continue;
    }
    for (const [limitType, pair] of Object.entries(asObject(value))) {
      const [bound, measured] = Array.isArray(pair) ? pair : [];
      if (bound !== undefined && bound !== null)
        checks.push({ limitType, bound: String(bound), value: measured == null ? null : String(measured) });
      else if (!Array.isArray(pair) && pair !== null) rest.push([words(limitType), text(pair)]);
    }
  }
  return { checks, rest };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}
