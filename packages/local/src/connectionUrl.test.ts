import { describe, expect, test } from '@jest/globals';
import {
  loopbackUrl,
  parseDatabaseUrl,
  passwordOf,
  redactUrl,
  redisServers,
  serverOf,
  withLogin,
} from './connectionUrl';

const login = { user: 'trading_risk', password: 'p@ss/word', database: 'trading_system' };

test('another login on the same server keeps how the server is reached and nothing else', () => {
  expect(
    withLogin(
      'postgres://admin:old@db.example.com:6543/postgres?sslmode=verify-full&schema=x&connection_limit=5',
      login,
    ),
  ).toBe('postgresql://trading_risk:p%40ss%2Fword@db.example.com:6543/trading_system?sslmode=verify-full');
});

test('a password survives the way into a URL and out of it', () => {
  expect(passwordOf(loopbackUrl(6000, login))).toBe('p@ss/word');
});

test.each([
  ['postgresql://u:secret@h/d', 'postgresql://u:***@h/d'],
  ['redis://:secret@h:6379/0', 'redis://:***@h:6379/0'],
  ['postgresql://u@h/d?password=secret&sslmode=require', 'postgresql://u@h/d?password=***&sslmode=require'],
  ['postgresql://u@h/d', 'postgresql://u@h/d'],
  ['u:secret@h', '***'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test.each([
  ['postgresql://u:p@db.example.com/d', { host: 'db.example.com', port: 5432 }],
  ['postgresql://u:p@[::1]:6000/d', { host: '::1', port: 6000 }],
])('the server of %s', (url, server) => {
  expect(serverOf(url)).toEqual(server);
});

test.each([
  ['redis://:secret@h/0', ['redis://:secret@h/0']],
  ['rediss://u:p%40ss@[::1]:7000', ['rediss://u:p%40ss@[::1]:7000']],
  ['redis+cluster://u:p@a:7000,b', ['redis://u:p@a:7000', 'redis://u:p@b:6379']],
  ['rediss+sentinel://u:p@a,b:1/master', ['rediss://a:26379', 'rediss://b:1']],
])('the Redis servers of %s', (url, servers) => {
  expect(redisServers(url)).toEqual(servers);
});

test.each(['http://h', 'redis://', 'redis://a,b', 'redis+elsewhere://u:secret@h', 'redis+cluster://a:x'])(
  '%s is no Redis URL',
  (url) => {
    expect(() => redisServers(url)).toThrow(expect.objectContaining({ code: 'REDIS.URL_INVALID' }));
  },
);

describe('what is no PostgreSQL URL with a host', () => {
  test.each(['mysql://u:secret@h/d', 'postgresql:///d?host=/tmp', 'secret', ''])(
    '%j is refused unseen',
    (url) => {
      expect(() => parseDatabaseUrl(url)).toThrow(
        expect.objectContaining({
          code: 'LOCAL.URL_INVALID',
          message: expect.not.stringContaining('secret'),
        }),
      );
    },
  );
});
