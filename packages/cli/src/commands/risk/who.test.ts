import os from 'node:os';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { byOf, byOption } from './byOption';
import { resolverOf } from './resolverOf';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('who asks', () => {
  it('is the name given, else the user, else the number of a user without a name', () => {
    const userInfo = jest.spyOn(os, 'userInfo').mockImplementation(() => {
      throw new Error('uv_os_get_passwd returned ENOENT (no such file or directory)');
    });
    byOption();
    expect(byOf({ by: 'ann' })).toBe('ann');
    // Nothing is asked of the system before a name is needed.
    expect(userInfo).not.toHaveBeenCalled();
    expect(byOf({})).toBe(`uid ${process.getuid?.()}`);
    userInfo.mockRestore();
    expect(byOf({})).toBe(os.userInfo().username);
  });
});

describe('who resolved an event', () => {
  it.each([
    ['ann', 'limit_breached', new Date(0), 'ann'],
    [null, 'limit_breached', new Date(0), 'itself'],
    [null, 'over_fill', new Date(0), 'unknown'],
    [null, 'over_fill', null, ''],
  ])('is %s of a %s resolved at %s: %s', (resolvedBy, eventType, resolvedAt, who) => {
    expect(resolverOf({ eventType, resolvedAt, resolvedBy })).toBe(who);
  });
});
