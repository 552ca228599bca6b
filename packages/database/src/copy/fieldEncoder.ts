import { checkTicks, TICKS_LIMIT, type Ticks } from './ticks';

/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
/** A numeric's displayed scale of four, in one word with its sign. */
const SCALE = 4;
const NEGATIVE_WITH_SCALE = 0x4000_0000 | SCALE;
const HIGHEST = TICKS_LIMIT - 1;
/** A field of the longest kind with a fixed length, a numeric: its length, its header and four digits. */
const LONGEST_FIXED = 4 + 8 + 8;

/**
 * Writes values in PostgreSQL's binary form, each behind its length: what the fields of a binary COPY and the elements
 * of a binary array have in common. What has been written is taken away in buffers.
 *
 * A numeric is base-10000 digits behind (digits, weight of the first, sign, displayed scale), as in the server's
 * numeric_send.
 */
export class FieldEncoder {
  readonly #bufferBytes: number;
  #buffer: Buffer;
  // A DataView's accessors compile to single instructions, a Buffer's to calls: this is the loop that bulk loads run.
  #view: DataView;
  #at = 0;
  #finished: Buffer[] = [];

  /**
   * @param header       what comes before the first field
   * @param bufferBytes  size of the buffers that are handed out
   */
  constructor(header: Uint8Array, bufferBytes = 64 * 1024) {
    this.#bufferBytes = bufferBytes;
    this.#buffer = Buffer.allocUnsafe(bufferBytes);
    this.#view = viewOf(this.#buffer);
    this.#bytes(header);
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
    const upper = size < 100_000_000 ? 0 : (size / 100_000_000) | 0;
    const lower = (size - upper * 100_000_000) | 0;
    const top = (upper / 10_000) | 0;
    const middle = upper - top * 10_000;
    const low = (lower / 10_000) | 0;
    const fraction = lower - low * 10_000;
    const whole = top > 0 ? 3 : middle > 0 ? 2 : low > 0 ? 1 : 0;
    const digits = fraction > 0 ? whole + 1 : whole;
    const view = this.#view;
    let at = this.#at;
    // Two fields of 16 bits are written as one of 32: the count of digits with the weight, the sign with the scale.
    view.setInt32(at, 8 + 2 * digits);
    view.setInt32(at + 4, (digits << 16) | (digits === 0 ? 0 : (whole - 1) & 0xffff));
    view.setInt32(at + 8, value < 0 ? NEGATIVE_WITH_SCALE : SCALE);
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
      view.setInt32(at, (low << 16) | fraction);
      at += fraction > 0 ? 4 : 2;
    } else if (fraction > 0) {
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

  /** The rest. Nothing may be written after it. */
  finish(): Buffer[] {
    this.#finished.push(this.#buffer.subarray(0, this.#at));
    return this.takeFull();
  }

  /** 16 bits without a length before them. */
  protected short(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
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
