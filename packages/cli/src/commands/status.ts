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
      'Looks at everything and changes nothing. Exits 3 where a server is down or nothing was started yet.',
    )
    .option('--secrets', 'show passwords in URLs');
  onAction<{ secrets?: boolean }>(withJson(command), async ({ runtime, output }, options) => {
    const status = await runtime.status({ secrets: options.secrets === true });
    output.result(status, () => statusText(status));
    return status.configured && status.servers.every(({ running }) => running) ? EXIT.ok : EXIT.unavailable;
  });
}

function statusText(status: RuntimeStatus): string {
  if (!status.configured) return 'Nothing is set up yet. Run: npx trading up';
  const servers = status.servers.map((server) => [
    server.name,
    `${server.host}:${server.port}`,
    server.running ? `running ${server.version ?? ''}` : `down: ${server.problem ?? ''}`,
    server.managed ? 'ours' : 'external',
  ]);
  return [
    textTable(['server', 'address', 'state', ''], servers),
    textTable(
      ['database', 'owner', 'url'],
      status.databases.map(({ name, owner, url }) => [name, owner, url]),
    ),
    textTable(
      ['role', 'schema', 'url'],
      status.roles.map(({ role, schema, url }) => [role, schema ?? '', url]),
    ),
    `migrations: ${migrationsText(status)}`,
  ].join('\n\n');
}

function migrationsText({ migrations }: RuntimeStatus): string {
  if (migrations === undefined) return 'unknown, the database does not answer';
  if (migrations.current) return 'current';
  return [
    ...(migrations.pending.length === 0 ? [] : [`pending ${migrations.pending.join(', ')}`]),
    ...(migrations.failed.length === 0 ? [] : [`failed ${migrations.failed.join(', ')}`]),
  ].join('; ');
}
