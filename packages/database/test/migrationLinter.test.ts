import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rules that a migration breaks, as `npm run migrations` reports them. */
function brokenRules(...lines: string[]): { code: number | null; rules: string[] } {
  const file = join(folder, 'migration.sql');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const squawk = join(repositoryRoot(), 'node_modules/.bin/squawk');
  const { status, stdout } = spawnSync(squawk, ['--reporter', 'json', file], {
    cwd: repositoryRoot(),
    encoding: 'utf8',
  });
  return {
    code: status,
    rules: (JSON.parse(stdout) as { rule_name: string }[]).map((found) => found.rule_name),
  };
}

describe('the linter of migrations', () => {
  it.each([
    [
      'a lock that is waited for without an end',
      'require-lock-timeout',
      'ALTER TABLE execution.trades ADD COLUMN venue TEXT;',
    ],
    [
      'a rewrite',
      'changing-column-type',
      "SET lock_timeout = '5s';",
      'ALTER TABLE execution.trades ALTER COLUMN quantity TYPE NUMERIC(20, 4);',
    ],
    [
      'an index that locks a table with rows',
      'require-concurrent-index-creation',
      "SET lock_timeout = '5s';",
      'CREATE INDEX venue ON execution.trades (strategy);',
    ],
    [
      'what an empty table only can bear',
      'adding-required-field',
      "SET lock_timeout = '5s';",
      'ALTER TABLE execution.trades ADD COLUMN venue TEXT NOT NULL;',
    ],
  ])('reports %s', (_what, rule, ...lines) => {
    expect(brokenRules(...lines)).toEqual({ code: 1, rules: [rule] });
  });

  it('has nothing against a column with a constant as its default, and a lock that is given up in time', () => {
    const sql = [
      "SET lock_timeout = '5s';",
      "ALTER TABLE execution.trades ADD COLUMN venue TEXT NOT NULL DEFAULT 'paper';",
    ];
    expect(brokenRules(...sql)).toEqual({ code: 0, rules: [] });
  });
});
