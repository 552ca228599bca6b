import { TradingError } from '@trading/model';
import { TICKS_LIMIT, type Ticks } from './ticks';

const SIGNATURE_BYTES = 11;
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
const NUMERIC_NEGATIVE = 0x4000;
/** NaN and the infinities: no column of ours holds one. */
const NUMERIC_SPECIAL = 0x8000;

/**
 * Reads rows of PostgreSQL's binary COPY format from buffers cut anywhere. Push a buffer; then, for each row that
 * `next()` finds whole, read its fields in the order of the COPY's columns.
 */
export class CopyDecoder {
  #buffer: Buffer = Buffer.alloc(0);
  // A DataView's accessors compile to single instructions, a Buffer's to calls.
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #headerRead = false;
  #ended = false;

  /** Whether the end marker was read: a stream that stops before it was cut. */
  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Buffer): void {
    const rest = this.#buffer.length - this.#at;
    this.#buffer = rest === 0 ? chunk : Buffer.concat([this.#buffer.subarray(this.#at), chunk]);
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
    this.#at = 0;
  }

  /**
   * Moves to the next row, if all of it is there.
   *
   * @throws TradingError `DATABASE.MALFORMED_COPY` for what is no binary COPY, or has another number of fields
   */
  next(fields: number): boolean {
    if (this.#ended || !this.#readHeader()) return false;
    const view = this.#view;
    const end = view.byteLength;
    let at = this.#at;
    if (at + 2 > end) return false;
    const count = view.getInt16(at);
    at += 2;
    if (count === -1) {
      this.#at = at;
      this.#ended = true;
      return false;
    }
    if (count !== fields) throw malformed(`a row has ${count} fields where ${fields} were asked for`);
    for (let field = 0; field < fields; field++) {
      if (at + 4 > end) return false;
      const length = view.getInt32(at);
      at += 4 + Math.max(length, 0);
    }
    if (at > end) return false;
    this.#at += 2;
    return true;
  }

  /** A field of any type as its bytes, valid until the next push; null for NULL. */
  bytes(): Buffer | null {
    const length = this.#length();
    if (length < 0) return null;
    const value = this.#buffer.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** A `text` or `varchar`. */
  text(): string | null {
    return this.bytes()?.toString('utf8') ?? null;
  }

  /** An `integer` that is not null. */
  int(): number {
    this.#expect(4, 'integer');
    const value = this.#view.getInt32(this.#at);
    this.#at += 4;
    return value;
  }

  /** A `bigint` that is not null, into one element of a column given as 32-bit halves, low half first. */
  bigintInto(halves: Int32Array, index: number): void {
    this.#expect(8, 'bigint');
    halves[2 * index + 1] = this.#view.getInt32(this.#at);
    halves[2 * index] = this.#view.getInt32(this.#at + 4);
    this.#at += 8;
  }

  /** A `timestamptz` that is not null, as milliseconds since 1970 in UTC; microseconds are its fraction. */
  timestamp(): number {
    this.#expect(8, 'timestamptz');
    const high = this.#view.getInt32(this.#at);
    const low = this.#view.getUint32(this.#at + 4);
    this.#at += 8;
    return EPOCH_MS + (high * TWO_32 + low) / 1_000;
  }

  /** A `numeric(15,4)` that is not null, as ticks. */
  ticks(): Ticks {
    const length = this.#length();
    if (length < 8) throw malformed('a numeric is null or cut');
    const view = this.#view;
    const start = this.#at;
    const digits = view.getInt16(start);
    const weight = view.getInt16(start + 2);
    const sign = view.getUint16(start + 4);
    if (length !== 8 + 2 * digits || sign >= NUMERIC_SPECIAL || weight > 3 || digits - weight > 2) {
      throw malformed('a numeric is not one that DECIMAL(15,4) holds');
    }
    let ticks = 0;
    for (let digit = 0; digit < digits; digit++)
      ticks = ticks * 10_000 + view.getInt16(start + 8 + 2 * digit);
    // PostgreSQL leaves trailing zero digits out.
    for (let missing = digits - weight; missing < 2; missing++) ticks *= 10_000;
    if (digits === 0) ticks = 0;
    if (ticks >= TICKS_LIMIT) throw malformed('a numeric is not one that DECIMAL(15,4) holds');
    this.#at += length;
    return sign === NUMERIC_NEGATIVE ? -ticks : ticks;
  }

  #readHeader(): boolean {
    if (this.#headerRead) return true;
    const buffer = this.#buffer;
    if (buffer.length < SIGNATURE_BYTES + 8) return false;
    if (buffer.toString('latin1', 0, SIGNATURE_BYTES) !== 'PGCOPY\n\xff\r\n\0') {
      throw malformed('it does not begin with the signature of a binary COPY');
    }
    const extension = buffer.readInt32BE(SIGNATURE_BYTES + 4);
    if (buffer.length < SIGNATURE_BYTES + 8 + extension) return false;
    this.#at = SIGNATURE_BYTES + 8 + extension;
    this.#headerRead = true;
    return true;
  }

  #length(): number {
    const length = this.#view.getInt32(this.#at);
    this.#at += 4;
    return length;
  }

  #expect(length: number, type: string): void {
    if (this.#length() !== length) throw malformed(`a field is no ${type}`);
  }
}

function malformed(reason: string): TradingError {
  return new TradingError('DATABASE.MALFORMED_COPY', `the server's binary COPY can't be read: ${reason}`, {
    kind: 'bug',
  });
}
