import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { SERVICE_NAMES, TABLES, type TableRule, VERBS, type Verb } from '../src';

const ROOT = repositoryRoot();

/** The texts of a folder that hold SQL: sources of a package, functions and views of prisma/sql. */
function textsOf(...folder: string[]): string[] {
  return readdirSync(join(ROOT, ...folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        /(?:\.ts|functions\/\w+\.sql|views\/\w+\.sql)$/.test(path) &&
        !/generated|isolation|\.test\.ts$/.test(path),
    )
    .map((path) => readFileSync(join(ROOT, ...folder, path), 'utf8').replaceAll('"', ''));
}

/** All that runs with a service's rights. */
const texts = [
  ...readdirSync(join(ROOT, 'packages')).flatMap((name) => textsOf('packages', name, 'src')),
  ...textsOf('prisma', 'sql'),
];

/** How a statement that needs the right on the table begins. */
const STATEMENTS: Readonly<Record<Verb, readonly string[]>> = {
  select: ['FROM', 'JOIN', 'UPDATE', 'INTO'],
  insert: ['INSERT INTO', 'COPY'],
  update: ['UPDATE'],
  delete: ['DELETE FROM'],
};

function isNeeded(within: readonly string[], { name }: TableRule, verb: Verb): boolean {
  // A longer name may begin with this one.
  const says = (text: string, ...words: readonly string[]) =>
    words.some((word) => new RegExp(`\\b${word} ${name}(?!\\w)`).test(text));
  return within.some(
    (text) =>
      says(text, ...STATEMENTS[verb]) ||
      (verb === 'update' && says(text, 'INSERT INTO') && text.includes('DO UPDATE')),
  );
}

test('each right on a table is needed by a statement of this repository, or says what it is given for', () => {
  const idle = TABLES.flatMap((rule) => {
    const verbs = new Set(SERVICE_NAMES.flatMap((service) => rule.access[service] ?? []));
    return [...verbs]
      .filter((verb) => rule.given?.[verb] === undefined && !isNeeded(texts, rule, verb))
      .map((verb) => `${verb} ${rule.name}`);
  });
  expect(idle).toEqual([]);
});

test('each statement of a service has the right that it needs', () => {
  const missing = SERVICE_NAMES.filter((service) => service !== 'event_bus').flatMap((service) => {
    const own = textsOf('packages', service, 'src');
    return TABLES.flatMap((rule) =>
      VERBS.filter((verb) => isNeeded(own, rule, verb) && !(rule.access[service] ?? []).includes(verb)).map(
        (verb) => `${service}: ${verb} ${rule.name}`,
      ),
    );
  });
  expect(missing).toEqual([]);
});
