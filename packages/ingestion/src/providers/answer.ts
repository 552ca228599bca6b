import type { z } from 'zod';
import { providerError } from './providerError';

/**
 * Reads a provider's answer in the shape that it is known to have.
 *
 * @throws TradingError `PROVIDER.MALFORMED_ANSWER` naming the fields that are not
 */
export function answerOf<Shape extends z.ZodType>(
  provider: string,
  shape: Shape,
  json: unknown,
): z.output<Shape> {
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw providerError(
    'PROVIDER.MALFORMED_ANSWER',
    `${provider} answered in a shape that is not known: ${problems.join('; ')}`,
    {
      provider,
      problems,
    },
  );
}
