import type { BarColumns } from '../bulk/barColumns';
import { openCsv } from '../csv/readCsvRecords';
import type { FilePosition } from './filePosition';
import { collectRows } from './mappedColumns';
import { type FileMapping, mappedPositions } from './mapping';

const BATCH = 10_000;

/** The bars of a CSV file, in batches, as fast as they are taken; `position` is kept up. */
export async function* readMappedCsv(
  path: string,
  mapping: FileMapping,
  dataSource: string,
  symbol: string,
  position: FilePosition,
): AsyncGenerator<BarColumns> {
  await using file = await openCsv(path);
  const positions = mappedPositions(mapping, file.header);
  const collected = collectRows(mapping, dataSource, symbol);
  position.total = file.bytes;
  for await (const { fields, bytes } of file.records) {
    collected.add((column) => {
      const place = positions[column];
      // A line that is too short lacks the field, which is a problem and not an absent column.
      return place === undefined ? undefined : (fields[place] ?? '');
    });
    position.read = bytes;
    if (collected.rows === BATCH) yield collected.take();
  }
  if (collected.rows > 0) yield collected.take();
}
