import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { Scroller } from '../../components/Scroller';
import { Shown } from '../../components/states';
import type { Isolation } from '../../data/answers';
import { useAnswer } from '../../data/query';

const LETTERS: Readonly<Record<string, string>> = { select: 'R', insert: 'I', update: 'U', delete: 'D' };

/** Which role may do what with each table and view, as the database has it now. */
export function IsolationMatrix() {
  const answer = useAnswer<Isolation>('/v1/system/isolation');
  const filter = useSignal('');
  return (
    <Card
      title="Who may touch what"
      aside={
        <input
          type="search"
          aria-label="Table or view"
          placeholder="Table or view"
          style={{ width: '180px' }}
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
          }}
        />
      }
      foot="As PostgreSQL grants it now. R reads, I inserts, U updates, D deletes; some of it only in columns or rows of its own."
    >
      <Shown answer={answer} lines={12}>
        {({ roles, objects }) => {
          const wrong = objects.filter(({ asDeclared }) => !asDeclared);
          return (
            <>
              {wrong.length === 0 ? null : (
                <div class="inside">
                  <p class="trouble" role="alert">
                    The database grants something else than the matrix declares on{' '}
                    {wrong.map(({ object }) => object).join(', ')}.
                  </p>
                </div>
              )}
              <Matrix
                roles={roles}
                objects={objects.filter(({ object }) => object.includes(filter.value.trim()))}
              />
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

function Matrix({ roles, objects }: Isolation) {
  return (
    <Scroller label="Rights by table and role">
      <table>
        <thead>
          <tr>
            <th scope="col">Table or view</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {role.replace(/^trading_/, '').replaceAll('_', ' ')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objects.map(({ object, kind, rights }) => (
            <tr key={object}>
              <td>
                <code>{object}</code>
                {kind === 'view' ? <span class="muted"> view</span> : null}
              </td>
              {roles.map((role) => (
                <td key={role} class="mono" title={rights[role]?.join(', ') ?? 'nothing'}>
                  {rights[role]?.map((verb) => LETTERS[verb] ?? verb).join('') ?? (
                    <span class="muted">·</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
