import type { RuntimeStatus } from '@trading/local';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { EXIT } from '../exitCode';
import { textTable } from '../output';

/** `trading status`: servers, databases, roles, migrations. */
export function registerStatus(program: Command): void {
  const command = program
    .command('status')
    .summary('show servers, databases, roles with their URLs, and migrations')
    .description(
      'Looks at everything and changes nothing. Exits 3 where a server is down, a database is missing,\n' +
        'the migrations can not be read, or nothing was started yet; 1 where the database has migrations of another checkout.',
    )
    .option('--secrets', 'show passwords in URLs');
  onAction<{ secrets?: boolean }>(
    withJson(command),
    async ({ runtime, output }, options) => {
      const status = await runtime.status({ secrets: options.secrets === true });
      output.result(status, () => statusText(status));
      if (status.migrations !== undefined && status.migrationsProblem !== undefined) return EXIT.problem;
      return isUsable(status) ? EXIT.ok : EXIT.unavailable;
    },
    { needsConfig: false },
  );
}

function isUsable({ configured, servers, databases, migrationsProblem }: RuntimeStatus): boolean {
  return (
    configured &&
    servers.every(({ running }) => running) &&
    databases.every(({ exists }) => exists !== false) &&
    migrationsProblem === undefined
  );
}

function statusText(status: RuntimeStatus): string {
  if (!status.configured) return 'Nothing is set up yet. Run: npx trading up';
  const servers = status.servers.map((server) => [
    server.name,
    `${server.host}:${server.port}`,
    server.running ? `running ${server.version ?? ''}` : `down: ${server.problem ?? ''}`,
    server.managed ? 'ours' : 'external',
  ]);
  const [listener] = status.redisUsers.map(({ user, purpose, url }) => [user, purpose, url]);
  return [
    textTable(['server', 'address', 'state', ''], servers),
    textTable(
      ['database', 'owner', 'url', ''],
      status.databases.map(({ name, owner, url, exists }) => [
        name,
        owner,
        url,
        exists === false ? 'missing: run `npx trading up`' : '',
      ]),
    ),
    textTable(
      ['role', 'schema', 'url'],
      status.roles.map(({ role, schema, url }) => [role, schema ?? '', url]),
    ),
    // The relay's is for those who run one themselves, and they find it with --json.
    ...(listener === undefined ? [] : [textTable(['redis user', 'for', 'url'], [listener])]),
    `migrations: ${migrationsText(status)}`,
  ].join('\n\n');
}

function migrationsText({ migrations, migrationsProblem }: RuntimeStatus): string {
  if (migrationsProblem !== undefined)
    return migrations === undefined ? `unknown, ${migrationsProblem}` : migrationsProblem;
  if (migrations === undefined) return 'unknown, the server does not answer';
  if (migrations.current) return 'current';
  return (['pending', 'failed', 'edited', 'unknown'] as const)
    .filter((kind) => migrations[kind].length > 0)
    .map((kind) => `${kind} ${migrations[kind].join(', ')}`)
    .join('; ');
}
