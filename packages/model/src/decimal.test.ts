import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COMMISSION_COLUMN, Decimal, exactDecimal, PRICE_COLUMN, roundToColumn } from './decimal';

describe('exactDecimal', () => {
  it('takes every number that DECIMAL(15,4) holds, exactly', () => {
    const fitting = fc.tuple(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }));
    fc.assert(
      fc.property(fitting, ([scaled]) => {
        const text = new Decimal(scaled.toString()).div(10_000).toString();
        expect(exactDecimal('price', text).mul(10_000).toFixed(0)).toBe(scaled.toString());
      }),
    );
  });

  it.each([
    ['0.00001', PRICE_COLUMN],
    ['100000000000', PRICE_COLUMN],
    ['-100000000000.0000', PRICE_COLUMN],
    ['1000000', COMMISSION_COLUMN],
    ['1e-5', PRICE_COLUMN],
  ])('refuses %s, naming the field, the value and the column', (text, column) => {
    expect(() => exactDecimal('price', text, column)).toThrow(
      expect.objectContaining({
        code: 'MODEL.DOES_NOT_FIT',
        details: expect.objectContaining({ field: 'price', value: text }),
      }),
    );
  });

  it.each(['', 'null', '12,5', 'NaN', 'Infinity', '0x10', '1e9999', '--1'])(
    "refuses '%s', which is no number",
    (text) => {
      expect(() => exactDecimal('open', text)).toThrow(
        expect.objectContaining({ code: 'MODEL.NOT_A_NUMBER' }),
      );
    },
  );

  it.each(['12.5000', '1e3', ' 7 ', '.5', '99999999999.9999'])('takes %s', (text) => {
    expect(exactDecimal('open', text).eq(text.trim())).toBe(true);
  });
});

describe('roundToColumn', () => {
  it.each([
    ['0.00005', '0.0001'],
    ['-0.00005', '-0.0001'],
    ['0.000049', '0'],
    ['2.34565', '2.3457'],
  ])('rounds %s half away from zero, as PostgreSQL does: %s', (value, rounded) => {
    expect(roundToColumn(new Decimal(value)).toString()).toBe(rounded);
  });
});
