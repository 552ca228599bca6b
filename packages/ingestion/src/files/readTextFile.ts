import { TradingError } from '@trading/model';
import type { BarColumns } from '../bulk/barColumns';
import type { FilePosition } from './filePosition';
import { type Input, openInput } from './openInput';
import type { FilePreset } from './presets';
import { collectRows } from './readBars';
import { readLines, splitFields, type TextRow } from './readLines';
import { type ReadingPlan, recognise, type SaidMapping } from './recognise';

const BATCH = 10_000;
/** Lines that a form is recognised by. */
const SAMPLE = 1_000;

/** A file whose form is known, before its rows are read. */
export interface OpenFile {
  readonly name: string;
  readonly plan: ReadingPlan;
  /** The rows as bars, in batches, as fast as they are taken; `position` is kept up. */
  bars(
    dataSources: readonly [string, ...string[]],
    symbol: string,
    position: FilePosition,
  ): AsyncIterable<BarColumns>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a file is to be opened. */
export interface OpenOptions {
  readonly said: SaidMapping;
  readonly presets: readonly FilePreset[];
  readonly preset: string | undefined;
  /** All rows are of one symbol, whatever a column's name looks like. */
  readonly oneSymbol: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a text file and finds out how to read it.
 *
 * @throws TradingError `INGESTION.EMPTY_FILE`, and what opening and recognising throw
 */
export async function openTextFile(path: string, options: OpenOptions): Promise<OpenFile> {
  const input = await openInput(path, options.signal);
  try {
    const lines = readLines(input);
    const sample: TextRow[] = [];
    while (sample.length < SAMPLE) {
      const next = await lines.next();
      if (next.done === true) break;
      sample.push(next.value);
    }
    if (sample.length === 0) {
      throw new TradingError('INGESTION.EMPTY_FILE', `${path} is empty; its first line must be the header`, {
        details: { path },
      });
    }
    const plan = recognise(sample, options);
    return {
      name: input.name,
      plan,
      bars: (dataSources, symbol, position) =>
        readRows(input, sample, lines, plan, dataSources, symbol, position),
      [Symbol.asyncDispose]: () => input[Symbol.asyncDispose](),
    };
  } catch (error) {
    await input[Symbol.asyncDispose]();
    throw error;
  }
}

async function* readRows(
  input: Input,
  sample: readonly TextRow[],
  rest: AsyncIterable<TextRow>,
  plan: ReadingPlan,
  dataSources: readonly [string, ...string[]],
  symbol: string,
  position: FilePosition,
): AsyncGenerator<BarColumns> {
  const { positions, names, mapping } = plan;
  const { delimiter = ',', headerLines = 1 } = mapping;
  const collected = collectRows(plan, dataSources, symbol);
  position.total = input.total ?? 0;
  const add = ({ line, text }: TextRow) => {
    const fields = splitFields(text, delimiter);
    while (fields.length > names.length && fields.at(-1) === '') fields.pop();
    if (fields.length !== names.length) {
      const reason = `must have ${names.length} fields like the first line, and has ${fields.length}`;
      collected.refuse(line, { field: 'line', value: text.slice(0, 100), reason });
      return;
    }
    collected.add(line, (column) => {
      const place = positions[column];
      return place === undefined ? undefined : fields[place];
    });
  };
  for (const row of sample.slice(headerLines)) add(row);
  for await (const row of rest) {
    if (collected.sourceRows >= BATCH) {
      position.read = input.read;
      yield collected.take();
    }
    add(row);
  }
  position.read = input.read;
  if (collected.sourceRows > 0) yield collected.take();
}
