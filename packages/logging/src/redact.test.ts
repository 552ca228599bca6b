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
    ['ALPACA_API_SECRET_KEY=abc/123', 'ALPACA_API_SECRET_KEY=[redacted]'],
    ['APCA-API-SECRET-KEY: abc, next', 'APCA-API-SECRET-KEY: [redacted], next'],
    ['pwd = "with space" host=db', 'pwd = "[redacted]" host=db'],
    ["authString: 'me:you'", "authString: '[redacted]'"],
    ['Authorization: Basic bTp5', 'Authorization: Basic [redacted]'],
    ['connect user:pa/ss@host', 'connect user:[redacted]@host'],
    ['postgresql://u:p@ss/w:rd@db/x?a=b', 'postgresql://u:[redacted]@db/x?a=b'],
    ['{"url":"redis://:s3@c:1","mail":"a@b"}', '{"url":"redis://:[redacted]@c:1","mail":"a@b"}'],
    ['a NUL \0 and half a pair \ud800', 'a NUL \ufffd and half a pair \ufffd'],
    [
      'bought 100 AAPL at 64.5 (http://localhost:3000/x)',
      'bought 100 AAPL at 64.5 (http://localhost:3000/x)',
    ],
  ])('%s', (text, safe) => {
    expect(redactText(text)).toBe(safe);
  });
});

describe('a text of a foreign hand', () => {
  // A rule that goes back into what it has read would take hours for these: the test would never end.
  const long = 4_000_000;
  it.each([
    ['letters', 'a'.repeat(long)],
    ['schemes', 'a://'.repeat(long / 4)],
    ['logins', 'a:@'.repeat(long / 4)],
    ['names', 'password'.repeat(long / 8)],
    ['pairs', 'token=a '.repeat(long / 8)],
    ['quotes', 'token="'.repeat(long / 8)],
    ['spaces', `token${' '.repeat(long)}=x`],
    ['authorizations', 'Basic '.repeat(long / 8)],
  ])('of four million characters (%s) is cut before it is searched', (_what, text) => {
    expect(redactText(text).length).toBeLessThan(30_000);
  });

  it('is cut before a word, so that no part of a password stays', () => {
    const text = `${'x '.repeat(4_050)}postgresql://user:${'s3cret'.repeat(50)}@host`;
    expect(redactText(text)).toMatch(/x… \(8423 characters\)$/);
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
        pwd: 'p',
        authString: 'a:b',
      }),
    ).toEqual({
      symbol: 'AAPL',
      database: { user: 'trading', password: '[redacted]', url: 'postgresql://a:[redacted]@c/d' },
      headers: [{ Authorization: '[redacted]' }, { 'APCA-API-SECRET-KEY': '[redacted]' }],
      refresh_token: '[redacted]',
      pwd: '[redacted]',
      authString: '[redacted]',
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
