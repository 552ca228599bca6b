import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { passwordsIn, userLines } from './redisUsers';

test('the documentation gives the administrator of another Redis the same users', () => {
  const lines = userLines({ relay: 'RELAYS-PASSWORD', listener: 'LISTENERS-PASSWORD' });
  const page = readFileSync(join(__dirname, '../../../docs/event-bus.md'), 'utf8');
  expect(page).toContain(`\n${lines.join('\n')}\n`);
});

test('a configuration file that has one of the two users only is one of neither', () => {
  const [, relay = '', listener = ''] = userLines({ relay: 'r', listener: 'l' });
  expect(passwordsIn(`port 1\n${relay}\n${listener}\n`)).toEqual({ relay: 'r', listener: 'l' });
  expect(passwordsIn(`port 1\n${relay}\n`)).toBeUndefined();
  expect(passwordsIn('port 1\nrequirepass old\n')).toBeUndefined();
});
