import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import {
  type BuiltSchema,
  buildFromFiles,
  buildFromMigrations,
  compareCatalogues,
  diffDatabase,
  writeBaseline,
  writeMigration,
} from '../src';
import { withClient } from '../src/scratchDatabase';
import { createScratchProject } from './scratchProject';

const BOOKS = `model Book {
  id    Int    @id @default(autoincrement())
  title String @db.VarChar(100)
  loans Loan[]

  @@map("books")
  @@schema("library")
}

model Loan {
  id      Int       @id @default(autoincrement())
  bookId  Int       @map("book_id")
  book    Book      @relation(fields: [bookId], references: [id])
  dueOn   DateTime  @map("due_on") @db.Date
  endedAt DateTime? @map("ended_at") @db.Timestamptz(6)

  @@map("loans")
  @@schema("lending")
}
`;
const IS_OPEN = `CREATE OR REPLACE FUNCTION lending.is_open(ended timestamptz) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT ended IS NULL -- ; is no end $$;`;
// Named so that the order of the names doesn't work: `a_late` reads a view that comes after it.
const LATE = `CREATE OR REPLACE VIEW library.a_late AS SELECT title FROM library.open_loans WHERE due_on < DATE '2026-01-01';`;
const OPEN_LOANS = `CREATE OR REPLACE VIEW library.open_loans AS
  SELECT b.title, l.due_on FROM lending.loans AS l JOIN library.books AS b ON b.id = l.book_id WHERE lending.is_open(l.ended_at);`;
const TITLED = `ALTER TABLE library.books ADD CONSTRAINT titled CHECK (title <> '');`;

describe('a project with two schemas of its own', () => {
  const project = createScratchProject();
  let database: TestDatabase;
  let built: BuiltSchema;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    project.write('schema/models.prisma', BOOKS);
    project.write('sql/lending/functions/is_open.sql', IS_OPEN);
    project.write('sql/library/views/a_late.sql', LATE);
    project.write('sql/library/views/open_loans.sql', OPEN_LOANS);
    project.write('sql/library/checks/books.sql', TITLED);
    await writeBaseline(project, database.adminUrl, { name: '20260101000000_baseline' });
  });
  afterAll(() => database?.drop());

  const migrate = (name: string, minute: number) =>
    writeMigration(project, database.adminUrl, { name, now: new Date(Date.UTC(2026, 1, 1, 0, minute)) });

  test('its baseline makes what the files say, in an order that works, and a function that changes is replaced', async () => {
    const changed = IS_OPEN.replace('ended IS NULL', 'ended IS NULL OR ended > now()');
    project.write('sql/lending/functions/is_open.sql', changed);

    expect(await migrate('open_later', 1)).toMatchObject({ notes: [] });

    expect(project.newest()).toBe(`${changed}\n`);
    expect(project.read('schema.snapshot.sql')).toContain('CREATE VIEW library.open_loans AS');
  });

  test('a right is given by the statement of that right', async () => {
    project.write('sql/_after/grants.sql', 'GRANT SELECT ON library.open_loans TO PUBLIC;');
    await migrate('publish', 2);
    expect(project.newest()).toBe('GRANT SELECT ON TABLE library.open_loans TO PUBLIC;\n');
  });

  test('a comment of a function and of a view goes into the migration and the snapshot, and is dropped with its statement', async () => {
    const changed = project.read('sql/lending/functions/is_open.sql');
    project.write(
      'sql/lending/functions/is_open.sql',
      `${changed}\n\nCOMMENT ON FUNCTION lending.is_open IS 'Whether the reader''s loan is open.';`,
    );
    project.write(
      'sql/library/views/open_loans.sql',
      `${OPEN_LOANS}\n\nCOMMENT ON VIEW library.open_loans IS 'Loans that are open.';`,
    );
    const comments = [
      `COMMENT ON FUNCTION lending.is_open(timestamp with time zone) IS 'Whether the reader''s loan is open.';`,
      `COMMENT ON VIEW library.open_loans IS 'Loans that are open.';`,
    ];

    await migrate('comment', 3);

    expect(project.newest()).toBe(
      [comments[0]?.replace('(timestamp with time zone)', ''), comments[1]].join('\n\n').concat('\n'),
    );
    expect(project.read('schema.snapshot.sql')).toContain(comments.join('\n'));

    project.write('sql/lending/functions/is_open.sql', changed);
    await migrate('no_comment', 4);
    expect(project.newest()).toBe('COMMENT ON FUNCTION lending.is_open(timestamp with time zone) IS NULL;\n');
  });

  test('another signature, type and set of objects take along what depends on them, and tell what is touched', async () => {
    project.write('schema/models.prisma', BOOKS.replace('@db.VarChar(100)', '@db.VarChar(200)'));
    project.write(
      'sql/lending/functions/is_open.sql',
      IS_OPEN.replace('timestamptz', 'lending.loans').replace('ended IS NULL', 'ended.ended_at IS NULL'),
    );
    project.write(
      'sql/library/views/open_loans.sql',
      `${OPEN_LOANS.replace('l.ended_at', 'l')}\n\nCOMMENT ON VIEW library.open_loans IS 'Loans that are open.';`,
    );
    project.remove('sql/library/views/a_late.sql');
    project.write(
      'sql/lending/checks/loans.sql',
      `ALTER TABLE lending.loans ADD CONSTRAINT valid_due CHECK (due_on > DATE '2000-01-01');`,
    );

    const result = await migrate('many', 5);

    expect(result?.notes).toEqual([
      'view library.open_loans is dropped and made again, because it depends on something that changes',
      "library.books may be rewritten, and is locked meanwhile, because a column's type changes",
      'every row of lending.loans is checked, and writers of the table wait meanwhile',
    ]);
    const sql = project.newest();
    const parts = [
      'DROP VIEW library.a_late;',
      'DROP VIEW library.open_loans;',
      'DROP FUNCTION lending.is_open(timestamp with time zone);',
      'ALTER TABLE "library"."books" ALTER COLUMN "title" SET DATA TYPE VARCHAR(200);',
      'CREATE OR REPLACE FUNCTION lending.is_open(ended lending.loans)',
      'CREATE OR REPLACE VIEW library.open_loans',
      'ADD CONSTRAINT valid_due',
      "COMMENT ON VIEW library.open_loans IS 'Loans that are open.';",
      'GRANT SELECT ON TABLE library.open_loans TO PUBLIC;',
    ];
    expect(parts.filter((part) => !sql.includes(part))).toEqual([]);
    expect(sql.indexOf(parts[1] ?? '')).toBeGreaterThan(sql.indexOf(parts[0] ?? ''));
    expect(sql).not.toContain('titled');
    built = await buildFromFiles(project, database.adminUrl);
    expect(compareCatalogues(await buildFromMigrations(project, database.adminUrl), built.catalogue)).toEqual(
      [],
    );
  });

  test('a difference of a live database is told, object by object', async () => {
    await withClient(database.ownerUrl, async (client) => {
      for (const { code } of built.statements) await client.query(code);
      await client.query(
        'ALTER TABLE library.books DROP CONSTRAINT titled; CREATE VIEW library.stray AS SELECT 1 AS one',
      );
    });
    const differences = await diffDatabase(project, database.ownerUrl);
    expect(
      differences.map(({ kind, name, after }) => `${kind} ${name}: ${after?.definition ?? 'no file'}`),
    ).toEqual([
      `constraint library.books.titled: ALTER TABLE library.books ADD CONSTRAINT titled CHECK (((title)::text <> ''::text));`,
      'view library.stray: no file',
    ]);
  });

  test('a file that PostgreSQL refuses is named', async () => {
    project.write(
      'sql/library/functions/broken.sql',
      'CREATE FUNCTION library.broken() RETURNS int LANGUAGE sql AS $$ SELECT nothing $$;',
    );
    await expect(buildFromFiles(project, database.adminUrl)).rejects.toMatchObject({
      code: 'SCHEMA_SQL.STATEMENT_FAILED',
      message: expect.stringMatching(/^library\/functions\/broken\.sql: column "nothing" does not exist/),
    });
  });
});
