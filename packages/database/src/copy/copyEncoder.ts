import { FieldEncoder } from './fieldEncoder';

/** `PGCOPY`, no flags, no header extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/**
 * Writes rows in PostgreSQL's binary COPY format. Fields are appended in the order of the COPY's columns; what has
 * been written is taken away in buffers, so a load of any length needs a few of them.
 *
 * The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */
export class CopyEncoder extends FieldEncoder {
  #rows = 0;

  /** @param bufferBytes  size of the buffers that are handed out */
  constructor(bufferBytes?: number) {
    super(SIGNATURE, bufferBytes);
  }

  /** Rows begun so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Begins a row of `fields` fields. */
  row(fields: number): this {
    this.short(fields);
    this.#rows += 1;
    return this;
  }

  /** The rest, with the end marker. Nothing may be written after it. */
  override finish(): Buffer[] {
    this.short(-1);
    return super.finish();
  }
}
