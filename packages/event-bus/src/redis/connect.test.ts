import { expect, test } from '@jest/globals';
import { connectRedis } from './connect';

test.each([
  'http://127.0.0.1:6379',
  'redis://',
  'redis://one:6379,two:6379',
  'redis://127.0.0.1:6379/orders',
  'redis+elsewhere://127.0.0.1:6379',
])('%s is not a Redis URL', (url) => {
  expect(() => connectRedis(url)).toThrow(expect.objectContaining({ code: 'REDIS.URL_INVALID' }));
});

test.each([
  ['redis://127.0.0.1:1', { host: '127.0.0.1', port: 1, db: 0 }],
  ['redis://:p%40ss@[::1]:1/3', { host: '::1', port: 1, db: 3, password: 'p@ss' }],
  ['rediss://desk:secret@127.0.0.1:1', { host: '127.0.0.1', username: 'desk', password: 'secret', tls: {} }],
  [
    'redis+sentinel://127.0.0.1:1,127.0.0.1/orders',
    {
      sentinels: [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port: 26_379 },
      ],
      name: 'orders',
    },
  ],
  [
    'rediss+sentinel://127.0.0.1:1/orders',
    { sentinels: [{ host: '127.0.0.1', port: 1 }], tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
  ],
])('%s says where Redis is and how to log in', (url, options) => {
  const connection = connectRedis(url);
  connection.disconnect();

  expect(connection.options).toMatchObject(options);
});
