import { describe, expect, it } from '@jest/globals';
import { asyncpgUrl, serverEnvironment } from './serverSettings';

describe('what the server is told', () => {
  it.each([
    [
      'postgresql://prefect:p%40ss@127.0.0.1:5433/prefect',
      'postgresql+asyncpg://prefect:p%40ss@127.0.0.1:5433/prefect',
    ],
    [
      'postgres://prefect:x@db.example:5432/prefect?sslmode=require&connect_timeout=5',
      'postgresql+asyncpg://prefect:x@db.example:5432/prefect?ssl=require',
    ],
  ])('names the database as asyncpg wants it: %s', (given, expected) => {
    expect(asyncpgUrl(given)).toBe(expected);
  });

  it('leaves out what the environment says to some other Prefect or Python', () => {
    const env = serverEnvironment(
      { PATH: '/bin', PREFECT_API_URL: 'https://elsewhere', PYTHONPATH: '/x', VIRTUAL_ENV: '/y' },
      { home: '/h', databaseUrl: 'postgresql://a:b@c/d', authString: 'u:p', host: '127.0.0.1', port: 4201 },
    );

    expect(env).toMatchObject({
      PATH: '/bin',
      PREFECT_HOME: '/h',
      PREFECT_SERVER_API_PORT: '4201',
      PREFECT_SERVER_API_AUTH_STRING: 'u:p',
      PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['PREFECT_API_URL']));
    expect([env.PYTHONPATH, env.VIRTUAL_ENV]).toEqual([undefined, undefined]);
  });
});
