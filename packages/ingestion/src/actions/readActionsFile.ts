import { TradingError } from '@trading/model';
import { type AnnouncedAction, parseAction } from './corporateAction';

/** The columns that a file of corporate actions may have; the first three must be there. */
const COLUMNS = {
  symbol: 'symbol',
  type: 'type',
  ex_date: 'exDate',
  record_date: 'recordDate',
  pay_date: 'payDate',
  ratio: 'ratio',
  amount: 'amount',
  currency: 'currency',
  new_symbol: 'newSymbol',
} as const;

const NEEDED = ['symbol', 'type', 'ex_date'];

/**
 * Reads corporate actions from CSV text with a header: symbol, type, ex_date, and as the type needs ratio (4:1), amount,
 * currency, new_symbol, record_date, pay_date.
 *
 * @throws TradingError `INGESTION.INVALID_ACTION` naming the line, the field and what would be right
 */
export function readActionsFile(text: string): AnnouncedAction[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ cells: line.split(',').map((cell) => cell.trim()), number: index + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [header, ...rows] = lines;
  const names = header?.cells.map((name) => name.toLowerCase()) ?? [];
  const unknown = names.find((name) => !Object.hasOwn(COLUMNS, name));
  const missing = NEEDED.find((name) => !names.includes(name));
  if (unknown !== undefined || missing !== undefined) {
    throw wrong(
      1,
      `the header has ${unknown === undefined ? `no column ${missing}` : `a column '${unknown}'`}; the columns are ` +
        Object.keys(COLUMNS).join(', '),
    );
  }
  return rows.map(({ cells, number }) => {
    if (cells.length > names.length)
      throw wrong(number, `it has ${cells.length} values for ${names.length} columns`);
    const fields = Object.fromEntries(
      names.map((name, index) => [COLUMNS[name as keyof typeof COLUMNS], cells[index] || undefined]),
    );
    try {
      return parseAction({ symbol: '', type: '', exDate: '', ...fields }, 'file');
    } catch (error) {
      throw error instanceof TradingError ? wrong(number, error.message) : error;
    }
  });
}

function wrong(line: number, message: string): TradingError {
  return new TradingError('INGESTION.INVALID_ACTION', `line ${line}: ${message}`, { details: { line } });
}
