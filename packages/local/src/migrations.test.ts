import { describe, expect, test } from '@jest/globals';
import { compareMigrations } from './migrations';

const file = (name: string, checksum = `sum of ${name}`) => ({ name, checksum });
const row = (name: string, changes: Partial<Parameters<typeof compareMigrations>[1][number]> = {}) => ({
  ...file(name),
  isFinished: true,
  isRolledBack: false,
  logs: null,
  ...changes,
});
const nothing = { applied: [], pending: [], failed: [], interrupted: [], edited: [], unknown: [] };

describe('a database compared with the files', () => {
  test.each([
    ['nothing on either side', [], [], { ...nothing, current: true }],
    ['all applied', [file('1')], [row('1')], { ...nothing, current: true, applied: ['1'] }],
    [
      'one to come',
      [file('1'), file('2')],
      [row('1')],
      { ...nothing, current: false, applied: ['1'], pending: ['2'] },
    ],
    [
      'one edited after it was applied',
      [file('1', 'another sum')],
      [row('1')],
      { ...nothing, current: false, applied: ['1'], edited: ['1'] },
    ],
    [
      'one that failed',
      [file('1')],
      [row('1', { isFinished: false, logs: 'syntax error' })],
      { ...nothing, current: false, pending: ['1'], failed: ['1'] },
    ],
    [
      'one that was cut off',
      [file('1')],
      [row('1', { isFinished: false })],
      { ...nothing, current: false, pending: ['1'], failed: ['1'], interrupted: ['1'] },
    ],
    [
      'one that was rolled back and applied again',
      [file('1')],
      [row('1', { isFinished: false, isRolledBack: true }), row('1')],
      { ...nothing, current: true, applied: ['1'] },
    ],
    [
      'two of another version of the project, one of them unfinished',
      [file('1')],
      [row('1'), row('2'), row('3', { isFinished: false, logs: 'syntax error' })],
      { ...nothing, current: false, applied: ['1', '2'], failed: ['3'], unknown: ['2', '3'] },
    ],
  ])('%s', (_name, files, rows, status) => {
    expect(compareMigrations(files, rows)).toEqual(status);
  });
});
