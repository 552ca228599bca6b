import { grantsSql, rolesSql } from '@trading/database';
import { withThrowawayServer } from '@trading/local';
import { eventTypesSql } from '@trading/model';
import { type SchemaProject, writeBaseline } from '@trading/schema-sql';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';

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
  const baseline = sql
    .command('baseline')
    .summary('write the first migration again, as long as it is the only one')
    .description(
      'Writes the grants and roles from the isolation matrix, the baseline migration from prisma/schema and prisma/sql, and\n' +
        'prisma/schema.snapshot.sql. Only while the baseline is the only migration.',
    );
  onAction(withJson(baseline), async ({ root, output }) => {
    const written = await withThrowawayServer({ env: process.env }, (url) =>
      writeBaseline(schemaProject(root), url, { name: BASELINE }),
    );
    output.result({ written }, () => `Wrote ${written.join(', ')}`);
    return undefined;
  });
}
