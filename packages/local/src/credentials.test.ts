import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { generateCredentials, scramVerifier } from './credentials';

test('every role has a password of its own that needs no escaping anywhere', () => {
  const { owner, prefect, services } = generateCredentials();
  const all = [owner, prefect, ...Object.values(services)];
  expect(new Set(all).size).toBe(11);
  expect(all.every((password) => /^[\w-]{32}$/.test(password))).toBe(true);
});

test('a verifier holds what a SCRAM server needs to check the password, and not the password', () => {
  const password = 'correct horse';
  const verifier = scramVerifier(password);
  const [, iterations, salt, storedKey, serverKey] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt ?? '', 'base64'), Number(iterations), 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  expect(storedKey).toBe(createHash('sha256').update(key('Client Key')).digest('base64'));
  expect(serverKey).toBe(key('Server Key').toString('base64'));
  expect(scramVerifier(password)).not.toBe(verifier);
});
