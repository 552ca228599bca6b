import { describe, expect, test } from '@jest/globals';
import { Decimal, exactDecimal, parseDataSource, parseSymbol, shortText, storableText } from './index';

describe('a foreign text', () => {
  test('is storable once NUL and halves of surrogate pairs are replaced', () => {
    expect(storableText('a\0b\ud800c\udc00')).toBe('a\ufffdb\ufffdc\ufffd');
    expect(storableText('whole: 😀 é')).toBe('whole: 😀 é');
  });

  test('is cut where it stands in a message, also in the middle of a pair', () => {
    expect(shortText('x'.repeat(60_000), 3)).toBe('xxx… (60000 characters)');
    expect(shortText('a😀', 2)).toBe('a\ufffd… (3 characters)');
    expect(shortText('short')).toBe('short');
  });

  test.each([
    ['a decimal', (text: string) => exactDecimal('price', text)],
    ['a symbol', (text: string) => parseSymbol(text)],
    ['a data source', (text: string) => parseDataSource(text)],
  ])('that is no %s is quoted in part only', (_what, read) => {
    const text = `${'1'.repeat(50_000)}x\0`;
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^.{0,500}\(50002 characters\)/),
        details: expect.objectContaining({ value: expect.stringMatching(/^.{0,150}$/) }),
      }),
    );
  });

  test('of many digits is read in a time that grows with their number', () => {
    // One that is backtracked into would take hours, and the test its patience.
    const digits = '1'.repeat(400_000);
    expect(() => exactDecimal('price', `${digits}x`)).toThrow(/is not a decimal number/);
    expect(new Decimal(1).toString()).toBe('1');
  });
});
