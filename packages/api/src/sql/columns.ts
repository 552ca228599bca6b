/** Columns of a list, by what they hold. An expression with a cast is named after its column. */
export interface Columns {
  /** As the driver gives them: text, numbers, JSON. */
  readonly plain?: readonly string[];
  /** Money, prices, quantities, ratios: decimal text without superfluous zeros. */
  readonly decimal?: readonly string[];
  /** Moments: RFC 3339 in UTC, to the microsecond. */
  readonly time?: readonly string[];
  /** Calendar dates. */
  readonly date?: readonly string[];
}

/** The select list of columns, named as the API names them: `order_id AS "orderId"`. */
export function columns({ plain = [], decimal = [], time = [], date = [] }: Columns): string {
  return [
    ...plain.map((column) => named(column, column)),
    ...decimal.map((column) => named(`trim_scale(${column})::text`, column)),
    ...time.map((column) =>
      named(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, column),
    ),
    ...date.map((column) => named(`to_char(${column}, 'YYYY-MM-DD')`, column)),
  ].join(', ');
}

function named(expression: string, column: string): string {
  const name = (column.split('::')[0] ?? column).replaceAll('"', '');
  return `${expression} AS "${name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())}"`;
}
