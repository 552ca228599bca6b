import { checkTicks, TICKS_LIMIT, type Ticks } from './ticks';

/** `PGCOPY`, no flags, no header extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
const NUMERIC_NEGATIVE = 0x4000;
const HIGHEST = TICKS_LIMIT - 1;
/** A field of the longest kind with a fixed length, a numeric: its length, its header and four digits. */
const LONGEST_FIXED = 4 + 8 + 8;

/**
 * Writes rows in PostgreSQL's binary COPY format. Fields are appended in the order of the COPY's columns; what has
 * been written is taken away in buffers, so a load of any length needs a few of them.
 *
 * The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; a numeric is base-10000 digits
 * behind (digits, weight of the first, sign, displayed scale), as in the server's numeric_send.
 */
export class CopyEncoder {
  readonly #bufferBytes: number;
  #buffer: Buffer;
  // A DataView's accessors compile to single instructions, a Buffer's to calls: this is the loop that bulk loads run.
  #view: DataView;
  #at = 0;
  #finished: Buffer[] = [];
  #rows = 0;

  /** @param bufferBytes  size of the buffers that are handed out */
  constructor(bufferBytes = 64 * 1024) {
    this.#bufferBytes = bufferBytes;
    this.#buffer = Buffer.allocUnsafe(bufferBytes);
    this.#view = viewOf(this.#buffer);
    this.#bytes(SIGNATURE);
  }

  /** Rows begun so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Begins a row of `fields` fields. */
  row(fields: number): this {
    this.#reserve(2);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
    this.#rows += 1;
    return this;
  }

  null(): this {
    this.#reserve(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
    return this;
  }

  /** A `text` or `varchar`. */
  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'));
  }

  /** A field whose bytes are known already: a text that every row repeats need not be encoded each time. */
  bytes(value: Uint8Array): this {
    this.#reserve(4 + value.length);
    this.#view.setInt32(this.#at, value.length);
    this.#at += 4;
    this.#bytes(value);
    return this;
  }

  /** A `bigint`. */
  bigint(value: bigint): this {
    this.#reserve(12);
    this.#view.setInt32(this.#at, 8);
    this.#view.setBigInt64(this.#at + 4, value);
    this.#at += 12;
    return this;
  }

  /** A `bigint` given as its two halves, which spares making a BigInt for each row of a column. */
  bigintHalves(high: number, low: number): this {
    this.#reserve(12);
    this.#view.setInt32(this.#at, 8);
    this.#view.setInt32(this.#at + 4, high);
    this.#view.setUint32(this.#at + 8, low);
    this.#at += 12;
    return this;
  }

  /** An `integer`. */
  int(value: number): this {
    this.#reserve(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
    return this;
  }

  /** A `timestamptz`, from milliseconds since 1970 in UTC. */
  timestamp(epochMs: number): this {
    const micros = (epochMs - EPOCH_MS) * 1_000;
    const high = Math.floor(micros / TWO_32);
    return this.bigintHalves(high, micros - high * TWO_32);
  }

  /**
   * A `numeric(15,4)`, from its ticks.
   *
   * @throws TradingError `MODEL.DOES_NOT_FIT`
   */
  ticks(field: string, value: Ticks): this {
    const size = value < 0 ? -value : value;
    if (!(size <= HIGHEST) || Math.floor(size) !== size) checkTicks(field, value);
    this.#reserve(LONGEST_FIXED);
    // Four decimals are exactly one base-10000 digit, so the digits of the ticks are those of the numeric. Split into
    // halves of 32 bits first: remainders of doubles are slow.
    const upper = Math.floor(size / 100_000_000) | 0;
    const lower = (size - upper * 100_000_000) | 0;
    const top = (upper / 10_000) | 0;
    const middle = upper - top * 10_000;
    const low = (lower / 10_000) | 0;
    const fraction = lower - low * 10_000;
    const whole = top > 0 ? 3 : middle > 0 ? 2 : low > 0 ? 1 : 0;
    const digits = fraction > 0 ? whole + 1 : whole;
    const view = this.#view;
    let at = this.#at;
    view.setInt32(at, 8 + 2 * digits);
    view.setInt16(at + 4, digits);
    view.setInt16(at + 6, digits === 0 ? 0 : whole - 1);
    view.setUint16(at + 8, value < 0 ? NUMERIC_NEGATIVE : 0);
    view.setUint16(at + 10, 4);
    at += 12;
    if (whole > 2) {
      view.setInt16(at, top);
      at += 2;
    }
    if (whole > 1) {
      view.setInt16(at, middle);
      at += 2;
    }
    if (whole > 0) {
      view.setInt16(at, low);
      at += 2;
    }
    if (fraction > 0) {
      view.setInt16(at, fraction);
      at += 2;
    }
    this.#at = at;
    return this;
  }

  /** The full buffers written so far; they are the caller's from then on. */
  takeFull(): Buffer[] {
    const taken = this.#finished;
    this.#finished = [];
    return taken;
  }

  /** The rest, with the end marker. Nothing may be written after it. */
  finish(): Buffer[] {
    this.#reserve(2);
    this.#view.setInt16(this.#at, -1);
    this.#at += 2;
    this.#finished.push(this.#buffer.subarray(0, this.#at));
    return this.takeFull();
  }

  #bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    // Names are a few bytes: copying them here is quicker than a call that does.
    for (let i = 0; i < value.length; i++) this.#buffer[this.#at + i] = value[i] as number;
    this.#at += value.length;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    if (this.#at > 0) this.#finished.push(this.#buffer.subarray(0, this.#at));
    this.#buffer = Buffer.allocUnsafe(Math.max(this.#bufferBytes, bytes));
    this.#view = viewOf(this.#buffer);
    this.#at = 0;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
