import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { SERVICE_NAMES, TABLES, type TableRule, type Verb } from '../src';

/** Statements of the packages, and of the functions of prisma/sql: all that runs with a service's rights. */
function sources(): string[] {
  const root = repositoryRoot();
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'src'));
  return [...packages, join(root, 'prisma', 'sql')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(
        (path) =>
          /(?:\.ts|functions\/\w+\.sql|views\/\w+\.sql)$/.test(path) &&
          !/generated|isolation|\.test\.ts$/.test(path),
      )
      .map((path) => readFileSync(join(folder, path), 'utf8').replaceAll('"', '')),
  );
}

const texts = sources();

/** How a statement that needs the right on the table begins. */
const STATEMENTS: Readonly<Record<Verb, readonly string[]>> = {
  select: ['FROM', 'JOIN', 'UPDATE', 'INTO'],
  insert: ['INSERT INTO', 'COPY'],
  update: ['UPDATE'],
  delete: ['DELETE FROM'],
};

function isNeeded({ name }: TableRule, verb: Verb): boolean {
  const says = (text: string, ...words: readonly string[]) =>
    words.some((word) => text.includes(`${word} ${name}`));
  return texts.some(
    (text) =>
      says(text, ...STATEMENTS[verb]) ||
      (verb === 'update' && says(text, 'INSERT INTO') && text.includes('DO UPDATE')),
  );
}

test('each right on a table is needed by a statement of this repository, or says what it is given for', () => {
  const idle = TABLES.flatMap((rule) => {
    const verbs = new Set(SERVICE_NAMES.flatMap((service) => rule.access[service] ?? []));
    return [...verbs]
      .filter((verb) => rule.given?.[verb] === undefined && !isNeeded(rule, verb))
      .map((verb) => `${verb} ${rule.name}`);
  });
  expect(idle).toEqual([]);
});
