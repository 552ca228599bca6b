import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import type { DeadLetter } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { refreshAll, useAnswer } from '../../data/query';
import { change, session } from '../../data/request';

/** Events that a group could not handle: why, and once more. */
export function DeadLetters() {
  const answer = useAnswer<{ readonly data: readonly DeadLetter[] }>('/v1/dead-letters', {}, ['*']);
  return (
    <Card title="Dead letters">
      <Shown answer={answer} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing title="None">
              An event that a group failed to handle again and again would stand here.
            </Nothing>
          ) : (
            <Table
              label="Dead letters"
              rows={data}
              idOf={({ id }) => id}
              columns={[
                {
                  title: 'Event',
                  cell: ({ eventType, group }) => (
                    <>
                      {eventType.replaceAll('_', ' ')}
                      <span class="sub">{group}</span>
                    </>
                  ),
                },
                {
                  title: 'Why',
                  cell: ({ error, event, stack }) => (
                    <details>
                      <summary>{error}</summary>
                      <pre class="data">{[stack ?? '', JSON.stringify(event, null, 2)].join('\n')}</pre>
                    </details>
                  ),
                },
                { title: 'Tries', cell: ({ attempts }) => attempts, number: true },
                {
                  title: 'Failed (UTC)',
                  cell: ({ failedAt }) => <Moment of={failedAt} />,
                  wide: true,
                },
                { title: 'Do', cell: (letter) => <Actions letter={letter} /> },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}

function Actions({ letter: { id, retryRequestedAt } }: { readonly letter: DeadLetter }) {
  const trouble = useSignal<ApiError | undefined>(undefined);
  const act = async (what: 'retry' | 'drop') => {
    try {
      await change(`/v1/dead-letters/${id}/${what}`);
      refreshAll();
    } catch (error) {
      trouble.value = error as ApiError;
    }
  };
  const may = session.value?.scope === 'admin';
  return (
    <div class="row">
      <button
        type="button"
        class="button small"
        disabled={!may || retryRequestedAt !== null}
        onClick={() => void act('retry')}
      >
        {retryRequestedAt === null ? 'Retry' : 'Retry asked for'}
      </button>
      <button type="button" class="button small" disabled={!may} onClick={() => void act('drop')}>
        Drop
      </button>
      {trouble.value === undefined ? null : <span class="loss">{trouble.value.message}</span>}
    </div>
  );
}
