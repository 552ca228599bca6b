import type { ComponentChildren } from 'preact';
import { Scroller } from './Scroller';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Right-aligned, in digits of one width. */
  readonly number?: boolean;
  /** Left out on a phone. */
  readonly wide?: boolean;
}

/** A table of the API's items. */
export function Table<Row>({
  label,
  columns,
  rows,
  idOf,
}: {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
}) {
  return (
    <Scroller label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title, number, wide }) => (
              <th key={title} scope="col" class={classes(number && 'right', wide && 'wide')}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)}>
              {columns.map(({ title, cell, number, wide }) => (
                <td key={title} class={classes(number && 'number', wide && 'wide')}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
