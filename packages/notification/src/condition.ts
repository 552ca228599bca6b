import { Decimal } from '@trading/model';
import { z } from 'zod';

/** How a condition compares; the last two take a list, or a part of a text. */
export const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains'] as const;
export type Operator = (typeof OPERATORS)[number];

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
type Scalar = z.output<typeof scalar>;

/** One thing that must hold of an event's data. */
export const conditionSchema = z
  .strictObject({
    /** A field of the event's data; dots lead into nested ones: `data.limit`. */
    field: z.string().min(1),
    op: z.enum(OPERATORS),
    /** Decimals as text, as events carry them; for `in` a list. */
    value: z.union([scalar, z.array(scalar)]),
  })
  .superRefine(({ op, value }, context) => {
    if (Array.isArray(value) !== (op === 'in')) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: `${op} takes ${op === 'in' ? 'a list' : 'one value'}`,
      });
    } else if (op === 'contains' && typeof value !== 'string') {
      context.addIssue({ code: 'custom', path: ['value'], message: 'contains takes a text' });
    } else if (isOrder(op) && !Array.isArray(value) && orderable(value) === null) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: `${op} takes a decimal, a date or a time`,
      });
    }
  });

/** One thing that must hold of an event's data. */
export type Condition = z.output<typeof conditionSchema>;

/**
 * Whether a condition holds. Decimals are compared as decimals, so '1.50' equals '1.5' and '9' is below '10'; dates and
 * times as moments; everything else for equality only. A field that is null or absent meets nothing but `eq null` and `ne`.
 */
export function holds(condition: Condition, data: unknown): boolean {
  const actual = valueAt(data, condition.field);
  const { op, value } = condition;
  if (Array.isArray(value)) return value.some((candidate) => same(actual, candidate));
  switch (op) {
    case 'eq':
      return same(actual, value);
    case 'ne':
      return !same(actual, value);
    case 'contains':
      return typeof actual === 'string' && actual.includes(String(value));
    default:
      return inOrder(op, actual, value);
  }
}

/** The value of a field of an event's data, by its dotted path; undefined where there is none. */
export function valueAt(data: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      data,
    );
}

function isOrder(op: Operator): boolean {
  return op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte';
}

function same(actual: unknown, expected: Scalar): boolean {
  const [left, right] = [decimalOf(actual), decimalOf(expected)];
  if (left !== null && right !== null) return left.eq(right);
  return (actual ?? null) === expected;
}

function inOrder(op: Operator, actual: unknown, expected: Scalar): boolean {
  const [left, right] = [orderable(actual), orderable(expected)];
  if (left === null || right === null || left.unit !== right.unit) return false;
  const order = left.value.cmp(right.value);
  if (order === 0) return op === 'gte' || op === 'lte';
  return order > 0 === (op === 'gt' || op === 'gte');
}

function orderable(value: unknown): { readonly unit: 'number' | 'time'; readonly value: Decimal } | null {
  const decimal = decimalOf(value);
  if (decimal !== null) return { unit: 'number', value: decimal };
  if (typeof value !== 'string' || !ISO_TIME.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : { unit: 'time', value: new Decimal(at) };
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/;
const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

function decimalOf(value: unknown): Decimal | null {
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(String(value));
  return typeof value === 'string' && DECIMAL.test(value) ? new Decimal(value) : null;
}
