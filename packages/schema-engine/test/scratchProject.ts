import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const repository = resolve(__dirname, '..', '..', '..');
const cli = join(repository, 'node_modules', 'prisma', 'build', 'index.js');

/** Any look-up on the network ends at a port where nobody listens. */
const noNetwork = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  PRISMA_ENGINES_MIRROR: 'http://127.0.0.1:9',
};

/** How a command ended, and all that it printed, without colours. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** A command that is under way. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<CommandResult>;
  /** What it has printed so far, without colours. */
  printed(): string;
}

/** A Prisma project in a folder of its own, on which the real CLI can be run. */
export interface ScratchProject extends AsyncDisposable {
  readonly folder: string;
  /** Runs `prisma …` to its end. */
  prisma(...args: string[]): Promise<CommandResult>;
  /** Starts `prisma …` in a process group of its own, which `pid` leads. */
  start(...args: string[]): RunningCommand;
  /** Replaces the models; the datasource stays. */
  writeModels(models: string): Promise<void>;
  /** Adds or replaces a migration, as by hand. */
  writeMigration(name: string, sql: string): Promise<void>;
  removeMigration(name: string): Promise<void>;
  /** The migrations' folders, in order. */
  migrations(): Promise<string[]>;
  /** The SQL of the migration whose folder's name ends so. */
  migrationSql(ending: string): Promise<string>;
}

/** Where the project's databases are; `datasource.url` is absent without one. */
export interface ScratchOptions {
  readonly url?: string;
  readonly shadowDatabaseUrl?: string;
  readonly schemas?: readonly string[];
  readonly models?: string;
  /** What else `prisma.config.ts` says about migrations, such as `seed: "…"`. */
  readonly migrationSettings?: string;
  /** What `usePortableSchemaEngine` is called with, as it stands in the file. */
  readonly engineOptions?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a project; removed when it is disposed of. */
export async function createScratchProject(options: ScratchOptions): Promise<ScratchProject> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-engine-'));
  const schemaFolder = join(folder, 'prisma', 'schema');
  const migrationFolder = join(folder, 'prisma', 'migrations');
  await mkdir(schemaFolder, { recursive: true });
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'prisma.config.ts'), configOf(options));
  await writeFile(join(schemaFolder, 'base.prisma'), baseOf(options.schemas));
  const start: ScratchProject['start'] = (...args) => {
    // The optimising compiler takes longer over the CLI's WebAssembly than a small schema takes without it.
    const child = spawn(process.execPath, ['--liftoff-only', cli, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', ...noNetwork, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const printed = () => stripVTControlCharacters(output);
    const ended = new Promise<CommandResult>((done, fail) => {
      child.once('error', fail);
      child.once('close', (code) => done({ code, output: printed() }));
    });
    return { pid: Number(child.pid), ended, printed };
  };
  const project: ScratchProject = {
    folder,
    start,
    prisma: (...args) => start(...args).ended,
    writeModels: (models) => writeFile(join(schemaFolder, 'models.prisma'), models),
    async writeMigration(name, sql) {
      await mkdir(join(migrationFolder, name), { recursive: true });
      await writeFile(join(migrationFolder, 'migration_lock.toml'), 'provider = "postgresql"\n');
      await writeFile(join(migrationFolder, name, 'migration.sql'), sql);
    },
    removeMigration: (name) => rm(join(migrationFolder, name), { recursive: true }),
    async migrations() {
      const entries = await readdir(migrationFolder, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
    },
    async migrationSql(ending) {
      const name = (await project.migrations()).find((candidate) => candidate.endsWith(ending));
      return readFile(join(migrationFolder, name ?? ending, 'migration.sql'), 'utf8');
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  await project.writeModels(options.models ?? 'model Bar {\n  id Int @id\n}\n');
  return project;
}

function configOf({ url, shadowDatabaseUrl, migrationSettings, engineOptions }: ScratchOptions): string {
  return `import { unconfiguredDatabaseUrl, usePortableSchemaEngine } from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';
usePortableSchemaEngine(${engineOptions ?? ''});
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations', ${migrationSettings ?? ''} },
  datasource: {
    url: ${url === undefined ? "unconfiguredDatabaseUrl('Start a database first.')" : JSON.stringify(patient(url))},
    ${shadowDatabaseUrl === undefined ? '' : `shadowDatabaseUrl: ${JSON.stringify(patient(shadowDatabaseUrl))},`}
  },
});
`;
}

/** The URL of a server that is waited for however long it takes: a busy machine may be longer than the usual 5 s. */
export function patient(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}connect_timeout=0`;
}

function baseOf(schemas: readonly string[] | undefined): string {
  return `generator client {
  provider = "prisma-client"
  output   = "../../generated"
}

datasource db {
  provider = "postgresql"
  ${schemas === undefined ? '' : `schemas  = ${JSON.stringify(schemas)}`}
}
`;
}
