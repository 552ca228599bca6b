import type { BarColumns } from '../bulk/barColumns';
import { openCsv } from '../csv/readCsvRecords';
import { collectRows } from './mappedColumns';
import { type FileMapping, mappedPositions } from './mapping';

const BATCH = 10_000;

/** The bars of a CSV file, in batches, as fast as they are taken. */
export async function* readMappedCsv(
  path: string,
  mapping: FileMapping,
  dataSource: string,
  symbol: string,
): AsyncGenerator<BarColumns> {
  await using file = await openCsv(path);
  const positions = mappedPositions(mapping, file.header);
  const collected = collectRows(mapping, dataSource, symbol);
  for await (const { fields } of file.records) {
    collected.add((column) => {
      const position = positions[column];
      // A line that is too short lacks the field, which is a problem and not an absent column.
      return position === undefined ? undefined : (fields[position] ?? '');
    });
    if (collected.rows === BATCH) yield collected.take();
  }
  if (collected.rows > 0) yield collected.take();
}
