import { grantsSql, rolesSql } from '@trading/database';
import { withThrowawayServer } from '@trading/local';
import { eventTypesSql } from '@trading/model';
import {
  type Difference,
  diffDatabase,
  type SchemaProject,
  writeBaseline,
  writeMigration,
} from '@trading/schema-sql';
import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { onAction, withJson } from '../command';
import { requireConnection } from '../context';
import { EXIT } from '../exitCode';
import { requireCheckout } from '../folders';

/** They make files of this repository: what a config adds is no part of them. */
const NO_CONFIG = { needsConfig: false };

/** Sorts before every migration that was made since the tables exist, a user's own among them. */
const BASELINE = '20261122000000_baseline';

/** This repository's schema: where its parts are, and what of it is written from code. */
export function schemaProject(root: string): SchemaProject {
  return {
    root,
    schema: 'prisma/schema',
    sql: 'prisma/sql',
    migrations: 'prisma/migrations',
    snapshot: 'prisma/schema.snapshot.sql',
    generated: {
      '_before/roles.sql': rolesSql(),
      '_after/grants.sql': grantsSql(),
      '_after/event_types.sql': eventTypesSql(),
    },
  };
}

/** `trading sql`: functions, views, triggers, policies, checks and grants as files. */
export function registerSql(program: Command): void {
  const sql = program
    .command('sql')
    .summary('functions, views, triggers, policies and checks as files: prisma/sql')
    .description(
      'What a Prisma schema can not say is SQL below prisma/sql, an object a file. These commands make migrations of it.\n' +
        'They work on a PostgreSQL server of their own, which is started and removed.',
    );
  registerDiff(sql);
  registerMigration(sql);
  registerBaseline(sql);
}

function registerDiff(sql: Command): void {
  const diff = sql
    .command('diff')
    .summary('which objects of the database differ from the files')
    .description(
      'Compares the database of this checkout with prisma/schema and prisma/sql: tables, functions, views, triggers, policies,\n' +
        'checks, rights, comments. Prints each difference; - is the database, + are the files. Exit code 1 where there is one.',
    );
  onAction(
    withJson(diff),
    async (context) => {
      const { ownerUrl } = await requireConnection(context);
      const differences = await diffDatabase(schemaProject(context.project), ownerUrl);
      context.output.result(
        {
          differences: differences.map(({ kind, name, before, after }) => ({
            kind,
            name,
            database: before?.definition ?? null,
            files: after?.definition ?? null,
          })),
        },
        () =>
          differences.length === 0
            ? 'The database is what prisma/schema and prisma/sql say.'
            : differences.map(differenceText).join('\n'),
      );
      return differences.length === 0 ? undefined : EXIT.problem;
    },
    NO_CONFIG,
  );
}

function differenceText({ kind, name, before, after }: Difference): string {
  const text = (definition: string | undefined) => (definition === undefined ? '' : `${definition}\n`);
  return createTwoFilesPatch(
    `database: ${kind} ${name}`,
    `files: ${kind} ${name}`,
    text(before?.definition),
    text(after?.definition),
  );
}

function registerMigration(sql: Command): void {
  const migration = sql
    .command('migration')
    .argument('<name>', 'what it is about, such as add_desk')
    .summary('write one migration with what changed in prisma/schema and prisma/sql')
    .description(
      "Writes one Prisma migration that brings the end of the migrations to the files: Prisma's changes of tables, then objects,\n" +
        'in an order that works, with what must be dropped and made again. It is tried first. Tells where data is touched.',
    );
  onAction(
    withJson(migration),
    async (context, _options, [name = '']) => {
      const { root, output } = context;
      requireCheckout(context, 'trading sql migration');
      const result = await withThrowawayServer({ env: process.env }, (url) =>
        writeMigration(schemaProject(root), url, { name, now: new Date() }),
      );
      output.result(result ?? { written: [] }, () =>
        result === undefined
          ? 'Nothing to migrate: the migrations come to what prisma/schema and prisma/sql say.'
          : [`Wrote ${result.written.join(', ')}`, ...result.notes.map((note) => `note: ${note}`)].join('\n'),
      );
      return undefined;
    },
    NO_CONFIG,
  );
}

function registerBaseline(sql: Command): void {
  const baseline = sql
    .command('baseline')
    .summary('write the first migration again, as long as it is the only one')
    .description(
      'Writes the grants and roles from the isolation matrix, the baseline migration from prisma/schema and prisma/sql, and\n' +
        'prisma/schema.snapshot.sql. Only while the baseline is the only migration.',
    );
  onAction(
    withJson(baseline),
    async (context) => {
      const { root, output } = context;
      requireCheckout(context, 'trading sql baseline');
      const written = await withThrowawayServer({ env: process.env }, (url) =>
        writeBaseline(schemaProject(root), url, { name: BASELINE }),
      );
      output.result({ written }, () => `Wrote ${written.join(', ')}`);
      return undefined;
    },
    NO_CONFIG,
  );
}
