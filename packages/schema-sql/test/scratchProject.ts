import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot, runFolder } from '@trading/testing';
import type { SchemaProject } from '../src';

/** A Prisma project in a folder of its own, with two schemas that have nothing to do with this repository's. */
export interface ScratchProject extends SchemaProject {
  /** Writes a file below `prisma/`. */
  write(path: string, text: string): void;
  remove(path: string): void;
  read(path: string): string;
  /** The text of the newest migration. */
  newest(): string;
}

const BASE = `datasource db {
  provider = "postgresql"
  schemas  = ["library", "lending"]
}
`;

const CONFIG = `import { usePortableSchemaEngine } from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';

usePortableSchemaEngine();
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://nobody@127.0.0.1:9/none' },
});
`;

/** Makes the project; the end of the test run removes it. */
export function createScratchProject(): ScratchProject {
  const root = mkdtempSync(join(runFolder(), 'library-'));
  const at = (path: string) => join(root, 'prisma', path);
  const project: ScratchProject = {
    root,
    schema: 'prisma/schema',
    sql: 'prisma/sql',
    migrations: 'prisma/migrations',
    snapshot: 'prisma/schema.snapshot.sql',
    write: (path, text) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    remove: (path) => rmSync(at(path)),
    read: (path) => readFileSync(at(path), 'utf8'),
    newest: () => {
      const name = readdirSync(at('migrations')).sort().at(-1) ?? '';
      return readFileSync(at(`migrations/${name}/migration.sql`), 'utf8');
    },
  };
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'prisma.config.ts'), CONFIG);
  symlinkSync(join(repositoryRoot(), 'node_modules'), join(root, 'node_modules'));
  project.write('schema/base.prisma', BASE);
  return project;
}
