import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { Moment } from '../../components/Moment';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { AuditEntry, Page, System } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { session } from '../../data/request';
import { count, NONE } from '../../format/decimal';
import { duration } from '../../format/time';
import { IsolationMatrix } from './IsolationMatrix';

/** Servers, migrations, roles and their connections, who may touch what, and who changed what. */
export function SystemScreen() {
  const answer = useAnswer<System>('/v1/system');
  return (
    <div class="stack">
      <Shown answer={answer} lines={10}>
        {(system) => <Facts system={system} />}
      </Shown>
      <IsolationMatrix />
      {session.value?.scope === 'admin' ? <Changes /> : null}
    </div>
  );
}

function Facts({
  system: { mode, servers, migrations, roles, pools, process },
}: {
  readonly system: System;
}) {
  return (
    <>
      <Figures
        of={[
          {
            name: 'Servers',
            value: mode,
            note: `${servers.filter(({ running }) => running).length} of ${servers.length} running`,
          },
          {
            name: 'Migrations',
            value:
              migrations === null
                ? NONE
                : migrations.pending.length === 0
                  ? 'up to date'
                  : `${migrations.pending.length} pending`,
            note: migrations === null ? 'not known here' : `${migrations.applied} applied`,
          },
          {
            name: 'Up',
            value: duration(
              process.uptimeSeconds - (process.uptimeSeconds > 120 ? process.uptimeSeconds % 60 : 0),
            ),
            note: `Node ${process.node}`,
          },
          { name: 'Memory', value: `${count(process.memoryMb)} MB`, note: 'of this process' },
        ]}
      />
      <div class="halves">
        <Card title="Servers">
          <Table
            label="Servers"
            rows={servers}
            idOf={({ name }) => name}
            columns={[
              { title: 'Server', cell: ({ name }) => name },
              {
                title: 'State',
                cell: ({ running, problem }) => (
                  <>
                    <Tag of={running ? 'running' : 'stopped'} />
                    {problem === undefined ? null : <span class="sub">{problem}</span>}
                  </>
                ),
              },
              { title: 'Address', cell: ({ host, port }) => <code>{`${host}:${port}`}</code> },
              { title: 'Version', cell: ({ version }) => version ?? NONE, wide: true },
            ]}
          />
          {migrations === null || migrations.pending.length === 0 ? null : (
            <div class="inside">
              <p class="trouble">
                Pending: {migrations.pending.join(', ')}. `npx trading migrate` applies them.
              </p>
            </div>
          )}
        </Card>
        <Card
          title="Roles and connections"
          foot="Connections of this process: in use or idle, at most, and who waits for one."
        >
          <Table
            label="Roles and connections"
            rows={roles.map((role) => ({
              ...role,
              pool: pools.find(({ service }) => service === role.service),
            }))}
            idOf={({ service }) => service}
            columns={[
              { title: 'Service', cell: ({ service }) => service },
              { title: 'Role', cell: ({ role }) => <code>{role}</code>, wide: true },
              {
                title: 'Open',
                cell: ({ pool }) => (pool === undefined ? NONE : `${pool.size} of ${pool.max}`),
                number: true,
              },
              { title: 'Idle', cell: ({ pool }) => pool?.idle ?? NONE, number: true, wide: true },
              { title: 'Waiting', cell: ({ pool }) => pool?.waiting ?? NONE, number: true },
            ]}
          />
        </Card>
      </div>
    </>
  );
}

function Changes() {
  const answer = useAnswer<Page<AuditEntry>>('/v1/audit-log', { limit: 20 });
  return (
    <Card title="Changes over HTTP">
      <Shown answer={answer}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing title="None yet">Every change through this page or a key stands here.</Nothing>
          ) : (
            <Table
              label="Changes over HTTP"
              rows={data}
              idOf={({ id }) => id}
              columns={[
                { title: 'At (UTC)', cell: ({ startedAt }) => <Moment of={startedAt} /> },
                { title: 'What', cell: ({ method, path }) => <code>{`${method} ${path}`}</code> },
                {
                  title: 'Answer',
                  cell: ({ status, code }) => (
                    <span class={`tag ${status === null || status >= 400 ? 'bad' : 'good'}`}>
                      {code ?? status ?? 'none'}
                    </span>
                  ),
                },
                { title: 'Key', cell: ({ keyId }) => <code>{keyId}</code>, wide: true },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}
