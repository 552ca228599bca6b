import { TradingError } from '@trading/model';
import type { z } from 'zod';

/**
 * Reads a rule's parameters by its schema.
 *
 * @throws TradingError `STRATEGY.INVALID_PARAMETERS` naming each field, what it held and what would be right
 */
export function parseRuleParameters<Schema extends z.ZodType>(
  kind: string,
  schema: Schema,
  parameters: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const field = issue.path.join('.') || 'parameters';
    return `${field} is ${JSON.stringify(valueAt(parameters, issue.path))}: ${issue.message}`;
  });
  throw new TradingError(
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
