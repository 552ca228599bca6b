import { z } from 'zod';

/**
 * What the fields of requests and answers are made of. Money, prices and quantities are decimal text, times are RFC 3339 in
 * UTC, whatever the database holds.
 */

/** A decimal as the API gives it: no exponent, no superfluous zeros. */
export const decimalText = z
  .string()
  .regex(/^-?\d{1,16}(\.\d{1,8})?$/)
  .meta({
    id: 'Decimal',
    description: 'A decimal as text: exact, without an exponent.',
    examples: ['64.5014'],
  });

/** A decimal as the API takes it: what fits DECIMAL(15,4), above or equal to 0. */
export const decimalInput = z
  .string('must be a decimal as text, like "10.5"')
  .regex(
    /^\d{1,11}(\.\d{1,4})?$/,
    'must be a decimal as text without sign or exponent, of at most 11 digits and 4 decimals, like "10.5"',
  )
  .meta({
    id: 'Amount',
    description: 'Money, a price or a quantity: decimal text, never a number.',
    examples: ['10.5'],
  });

/** A moment in an answer. */
export const utcTime = z.iso
  .datetime({ precision: null })
  .meta({ id: 'Time', description: 'RFC 3339, UTC.', examples: ['2026-11-30T21:00:00.000000Z'] });

/** A moment in a request: any offset, but an offset. */
export const timeInput = z.iso
  .datetime({
    offset: true,
    error: 'must be a time with its offset, like 2024-03-01T14:30:00Z',
  })
  .meta({ id: 'Moment', examples: ['2024-03-01T14:30:00Z'] });

/** A calendar date. */
export const dateText = z.iso.date({ error: 'must be a date, like 2024-03-01' });

/** Text that PostgreSQL can hold: it knows no NUL, and nothing of ours is named with control characters. */
function printable(text: string): boolean {
  return !/\p{Cc}|\p{Cs}/u.test(text);
}

/** A name or an id of at most so many characters. */
export function named(length: number) {
  return z.string().min(1).max(length).refine(printable, 'must have no control characters');
}

export const accountId = named(50);
export const orderId = named(100);
export const strategyId = named(100);
export const dataSource = named(20);

/** A symbol as the query has it; lower case is taken for upper. */
export const symbol = named(20);

/** Some text that a person gives, e.g. a reason. */
export const sentence = named(500);

/** How many items a page has, as text of the query. */
const PAGE = { least: 1, most: 500, default: 50 };

/** `limit` and `cursor` of every list. */
export const paging = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from ${PAGE.least} to ${PAGE.most}`)
    .default(String(PAGE.default))
    .transform(Number)
    .pipe(z.number().int().min(PAGE.least).max(PAGE.most))
    .meta({ description: `Items of a page, ${PAGE.least} to ${PAGE.most}; default ${PAGE.default}.` }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: '`nextCursor` of the page before, of the same query.' }),
};

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'For the next page; null on the last one.' }),
  });
}

/** Any JSON. */
export const json = z.unknown();
