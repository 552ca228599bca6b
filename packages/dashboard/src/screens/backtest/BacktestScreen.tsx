import { useEffect } from 'preact/hooks';
import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Backtest } from '../../data/answers';
import { refreshAll, useAnswer } from '../../data/query';
import { NONE } from '../../format/decimal';
import { hrefOf } from '../../navigation/place';
import { BacktestForm } from './BacktestForm';
import { BacktestResult } from './BacktestResult';
import { requestOf } from './figures';

const FOLLOW_MS = 500;

/** Runs a stored strategy over a period, and shows what came of it. */
export function BacktestScreen({ backtestId }: { readonly backtestId: string | undefined }) {
  return (
    <div class="stack">
      <BacktestForm />
      {backtestId === undefined ? null : <Run key={backtestId} backtestId={backtestId} />}
      <Runs />
    </div>
  );
}

function Run({ backtestId }: { readonly backtestId: string }) {
  const answer = useAnswer<Backtest>(`/v1/backtests/${encodeURIComponent(backtestId)}`);
  const { data, reload } = answer;
  const goesOn = data === undefined || data.status === 'waiting' || data.status === 'running';
  useEffect(() => {
    if (!goesOn) {
      refreshAll();
      return;
    }
    const timer = setInterval(reload, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [goesOn, backtestId]);
  return <Shown answer={answer}>{(backtest) => <BacktestResult backtest={backtest} />}</Shown>;
}

function Runs() {
  const answer = useAnswer<{ readonly data: readonly Backtest[] }>('/v1/backtests');
  return (
    <Card title="Backtests of this server" foot="The last 20 are kept while the server runs.">
      <Shown answer={answer} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing title="None yet">Choose a strategy and a period above.</Nothing>
          ) : (
            <Table
              label="Backtests"
              rows={data}
              idOf={({ backtestId }) => backtestId}
              columns={[
                {
                  title: 'Strategy',
                  cell: (each) => (
                    <a href={hrefOf(['backtest', each.backtestId])}>{requestOf(each).strategy ?? NONE}</a>
                  ),
                },
                {
                  title: 'Period',
                  cell: (each) => (
                    <span class="number">{`${requestOf(each).from} to ${requestOf(each).to}`}</span>
                  ),
                },
                { title: 'State', cell: ({ status }) => <Tag of={status} /> },
                {
                  title: 'Begun (UTC)',
                  cell: ({ createdAt }) => <Moment of={createdAt} />,
                  wide: true,
                },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}
