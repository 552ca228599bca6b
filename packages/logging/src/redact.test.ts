import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import { redact, redactText } from './redact';

describe('redaction of text', () => {
  it.each([
    ['postgresql://trading:s3cret@db.example:5432/x', 'postgresql://trading:[redacted]@db.example:5432/x'],
    ['redis://:s3cret@cache:6379', 'redis://:[redacted]@cache:6379'],
    ['password=s3cret host=db', 'password=[redacted] host=db'],
    ['{"apiKey":"abc123","symbol":"AAPL"}', '{"apiKey":"[redacted]","symbol":"AAPL"}'],
    ['GET /v2/aggs?apiKey=abc123&sort=asc', 'GET /v2/aggs?apiKey=[redacted]&sort=asc'],
    ['Authorization: Bearer eyJhbGciOiJIUzI1', 'Authorization: Bearer [redacted]'],
    [
      'bought 100 AAPL at 64.5 (http://localhost:3000/x)',
      'bought 100 AAPL at 64.5 (http://localhost:3000/x)',
    ],
  ])('%s', (text, safe) => {
    expect(redactText(text)).toBe(safe);
  });
});

describe('redaction of values', () => {
  it('hides fields with the name of a secret, however deep, and leaves the rest', () => {
    expect(
      redact({
        symbol: 'AAPL',
        database: { user: 'trading', password: 's3cret', url: 'postgresql://a:b@c/d' },
        headers: [{ Authorization: 'Bearer x' }, { 'APCA-API-SECRET-KEY': 'y' }],
        refresh_token: 'z',
      }),
    ).toEqual({
      symbol: 'AAPL',
      database: { user: 'trading', password: '[redacted]', url: 'postgresql://a:[redacted]@c/d' },
      headers: [{ Authorization: '[redacted]' }, { 'APCA-API-SECRET-KEY': '[redacted]' }],
      refresh_token: '[redacted]',
    });
  });

  it('makes anything fit for JSON', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const error = Object.assign(new TypeError('no password=abc'), { code: 'X' });
    const value = redact({ big: 1n, at: new Date(0), price: new Decimal('1.50'), error, loop });
    expect(value).toMatchObject({
      big: '1',
      at: '1970-01-01T00:00:00.000Z',
      price: '1.5',
      error: { name: 'TypeError', message: 'no password=[redacted]', code: 'X' },
    });
    expect(JSON.stringify(value)).toContain('[deeper]');
  });
});
