import { describe, expect, test } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { CopyDecoder } from './copyDecoder';
import { CopyEncoder } from './copyEncoder';
import { areTicks, ticksToText, toTicks } from './ticks';

const anyTicks = fc.oneof(
  fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
  // Where digits are zero: the forms that a numeric has most of.
  fc
    .tuple(fc.integer({ min: -9_999, max: 9_999 }), fc.integer({ min: 0, max: 11 }))
    .map(([a, n]) => a * 10 ** n),
);

interface Row {
  text: string | null;
  ticks: number;
  big: bigint;
  epochMs: number;
  int: number;
}

const anyRow: fc.Arbitrary<Row> = fc.record({
  text: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
  ticks: anyTicks,
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  epochMs: fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(2200, 0) }),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});

function encode(rows: readonly Row[], bufferBytes: number): Buffer[] {
  const encoder = new CopyEncoder(bufferBytes);
  for (const { text, ticks, big, epochMs, int } of rows) {
    encoder.row(5);
    (text === null ? encoder.null() : encoder.text(text))
      .ticks('price', ticks)
      .bigint(big)
      .timestamp(epochMs)
      .int(int);
  }
  return encoder.finish();
}

function decode(chunks: readonly Buffer[]): Row[] {
  const decoder = new CopyDecoder();
  const rows: Row[] = [];
  const big = new BigInt64Array(1);
  for (const chunk of chunks) {
    decoder.push(chunk);
    while (decoder.next(5)) {
      const text = decoder.text();
      const ticks = decoder.ticks();
      decoder.bigintInto(new Int32Array(big.buffer), 0);
      rows.push({ text, ticks, big: big[0] ?? 0n, epochMs: decoder.timestamp(), int: decoder.int() });
    }
  }
  expect(decoder.ended).toBe(true);
  return rows;
}

describe('binary COPY', () => {
  test('what is encoded decodes to the same, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 20 }),
        fc.integer({ min: 20, max: 300 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
        (rows, bufferBytes, cuts) => {
          const stream = Buffer.concat(encode(rows, bufferBytes));
          const chunks: Buffer[] = [];
          for (let at = 0; at < stream.length; ) {
            const size = cuts.next().value ?? 1;
            chunks.push(stream.subarray(at, at + size));
            at += size;
          }
          expect(decode(chunks)).toEqual(rows.map((row) => ({ ...row, ticks: row.ticks + 0 })));
        },
      ),
    );
  });

  test('a stream that was cut has not ended', () => {
    const decoder = new CopyDecoder();
    const stream = Buffer.concat(encode([{ text: 'a', ticks: 1, big: 1n, epochMs: 0, int: 1 }], 1_000));
    decoder.push(stream.subarray(0, -3));
    expect([decoder.next(5), decoder.ended]).toEqual([false, false]);
  });

  test('another number of fields, and what is no COPY, are refused', () => {
    const decoder = new CopyDecoder();
    decoder.push(Buffer.concat(encode([{ text: 'a', ticks: 1, big: 1n, epochMs: 0, int: 1 }], 1_000)));
    expect(() => decoder.next(4)).toThrow(expect.objectContaining({ code: 'DATABASE.MALFORMED_COPY' }));
    const other = new CopyDecoder();
    other.push(Buffer.from('ERROR: this is some text of a server'));
    expect(() => other.next(1)).toThrow(expect.objectContaining({ code: 'DATABASE.MALFORMED_COPY' }));
  });

  test.each([Number.NaN, 0.5, 1e15, -1e15, Number.POSITIVE_INFINITY])('%p is no count of ticks', (value) => {
    expect(() => new CopyEncoder().row(1).ticks('close', value)).toThrow(
      expect.objectContaining({
        code: 'MODEL.DOES_NOT_FIT',
        details: { field: 'close', value: String(value) },
      }),
    );
  });
});

describe('ticks', () => {
  test('every decimal that fits comes back exact, in each of its spellings', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        const decimal = new Decimal(ticks).dividedBy(10_000);
        expect(new Decimal(ticksToText(ticks)).eq(decimal)).toBe(true);
        for (const value of [
          decimal,
          decimal.toFixed(),
          decimal.toFixed(4),
          decimal.toExponential(),
          ` ${decimal} `,
        ]) {
          expect(toTicks('close', value) + 0).toBe(ticks + 0);
        }
        expect(areTicks(ticks)).toBe(true);
      }),
    );
  });

  test('every decimal that does not fit is refused by name', () => {
    const tooFine = fc
      .tuple(anyTicks, fc.integer({ min: 1, max: 9 }))
      .map(([ticks, more]) => `${ticksToText(ticks)}${more}`);
    const tooLarge = fc.bigInt({ min: 10n ** 11n, max: 10n ** 20n }).map(String);
    fc.assert(
      fc.property(fc.oneof(tooFine, tooLarge), (value) => {
        expect(() => toTicks('close', value)).toThrow(
          expect.objectContaining({
            code: 'MODEL.DOES_NOT_FIT',
            details: expect.objectContaining({ field: 'close', value }),
          }),
        );
      }),
    );
  });

  test.each(['', '-', '.', 'abc', '1,5', '0x10', 'NaN', 'Infinity', '1e', '1 2'])(
    '%p is refused as no number',
    (value) => {
      expect(() => toTicks('close', value)).toThrow(expect.objectContaining({ code: 'MODEL.NOT_A_NUMBER' }));
    },
  );
});
