import { isTradingError, parseSymbol } from '@trading/model';
import type { BarColumns } from '../bulk/barColumns';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { RowProblem } from '../rejectedRow';
import type { FileMapping, MappedColumn } from './mapping';
import { type Cell, readShares, readStart, readTicks } from './readValues';

/** Gives the cell of a column in the row that is being read; undefined for a column that isn't mapped. */
export type CellOf = (column: MappedColumn) => Cell;

/** Rows of a file on their way to bulk ingest. */
export interface RowCollector {
  add(cell: CellOf): void;
  readonly rows: number;
  /** What was collected, and a new beginning. */
  take(): BarColumns;
}

/** Collects rows of a mapped file. A row whose symbol can't be read is rejected under the file's own symbol. */
export function collectRows(mapping: FileMapping, dataSource: string, symbol: string): RowCollector {
  let columns = new ColumnsBuilder();
  const add = (cell: CellOf) => {
    const problems: RowProblem[] = [];
    const start = readStart(mapping.timestamp, cell('timestamp'), mapping.timeFormat, problems);
    const price = (field: 'open' | 'high' | 'low' | 'close') =>
      readTicks(mapping[field], cell(field), mapping.round === true, problems);
    const bar = { open: price('open'), high: price('high'), low: price('low'), close: price('close') };
    const volume = mapping.volume === undefined ? 0n : readShares(mapping.volume, cell('volume'), problems);
    const own = mapping.symbol === undefined ? symbol : readSymbol(mapping.symbol, cell('symbol'), problems);
    const series = columns.seriesIndex({ symbol: own ?? symbol, dataSource });
    if (problems.length > 0) columns.appendUnreadable(series, start, problems);
    else columns.append(series, { timestamp: start, ...bar, volume });
  };
  return {
    add,
    get rows() {
      return columns.rows;
    },
    take() {
      const taken = columns;
      columns = new ColumnsBuilder(taken.rows);
      return taken;
    },
  };
}

function readSymbol(field: string, cell: Cell, problems: RowProblem[]): string | undefined {
  try {
    return parseSymbol(String(cell));
  } catch (error) {
    if (!isTradingError(error)) throw error;
    problems.push({
      field,
      value: String(cell),
      reason: 'must be a symbol: 1 to 20 of A-Z, 0-9 and . - ^ = /',
    });
    return undefined;
  }
}
