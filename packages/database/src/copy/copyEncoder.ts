import { checkTicks, type Ticks } from './ticks';

/** `PGCOPY`, no flags, no header extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
const NUMERIC_NEGATIVE = 0x4000;
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
  #at = 0;
  #finished: Buffer[] = [];
  #rows = 0;

  /** @param bufferBytes  size of the buffers that are handed out */
  constructor(bufferBytes = 64 * 1024) {
    this.#bufferBytes = bufferBytes;
    this.#buffer = Buffer.allocUnsafe(bufferBytes);
    this.#bytes(SIGNATURE);
  }

  /** Rows begun so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Begins a row of `fields` fields. */
  row(fields: number): this {
    this.#reserve(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
    this.#rows += 1;
    return this;
  }

  null(): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
    return this;
  }

  /** A `text` or `varchar`. */
  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'));
  }

  /** A field whose bytes are known already: a text that every row repeats need not be encoded each time. */
  bytes(value: Uint8Array): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at);
    this.#bytes(value);
    return this;
  }

  /** A `bigint`. */
  bigint(value: bigint): this {
    this.#reserve(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
    return this;
  }

  /** A `bigint` given as its two halves, which spares making a BigInt for each row of a column. */
  bigintHalves(high: number, low: number): this {
    this.#reserve(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeInt32BE(high, this.#at);
    this.#at = this.#buffer.writeUInt32BE(low, this.#at);
    return this;
  }

  /** An `integer`. */
  int(value: number): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
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
    checkTicks(field, value);
    this.#reserve(LONGEST_FIXED);
    const buffer = this.#buffer;
    const lengthAt = this.#at;
    let rest = value < 0 ? -value : value;
    // Four decimals are exactly one base-10000 digit, so the digits of the ticks are those of the numeric.
    const fraction = rest % 10_000;
    rest = (rest - fraction) / 10_000;
    const low = rest % 10_000;
    rest = (rest - low) / 10_000;
    const middle = rest % 10_000;
    const top = (rest - middle) / 10_000;
    const whole = top > 0 ? 3 : middle > 0 ? 2 : low > 0 ? 1 : 0;
    const digits = fraction > 0 ? whole + 1 : whole;
    let at = buffer.writeInt32BE(8 + 2 * digits, lengthAt);
    at = buffer.writeInt16BE(digits, at);
    at = buffer.writeInt16BE(digits === 0 ? 0 : whole - 1, at);
    at = buffer.writeUInt16BE(value < 0 ? NUMERIC_NEGATIVE : 0, at);
    at = buffer.writeUInt16BE(4, at);
    if (whole > 2) at = buffer.writeInt16BE(top, at);
    if (whole > 1) at = buffer.writeInt16BE(middle, at);
    if (whole > 0) at = buffer.writeInt16BE(low, at);
    if (fraction > 0) at = buffer.writeInt16BE(fraction, at);
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
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    this.#finished.push(this.#buffer.subarray(0, this.#at));
    return this.takeFull();
  }

  #bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    if (this.#at > 0) this.#finished.push(this.#buffer.subarray(0, this.#at));
    this.#buffer = Buffer.allocUnsafe(Math.max(this.#bufferBytes, bytes));
    this.#at = 0;
  }
}
