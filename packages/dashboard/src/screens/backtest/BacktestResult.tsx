import { useMemo } from 'preact/hooks';
import { LineChart } from '../../charts/LineChart';
import { Amount } from '../../components/Amount';
import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { Moment } from '../../components/Moment';
import { Nothing } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Backtest } from '../../data/answers';
import { refreshAll } from '../../data/query';
import { change } from '../../data/request';
import { count, money, NONE, percent, price, quantity, ratio, shortMoney } from '../../format/decimal';
import { figuresOf, fillsOf, requestOf } from './figures';

const FILLS_SHOWN = 50;

/** A backtest: how far it is, or what came of it. */
export function BacktestResult({ backtest }: { readonly backtest: Backtest }) {
  const { status, progress, result, error, backtestId } = backtest;
  const { strategy, from, to } = requestOf(backtest);
  return (
    <>
      <div class="row">
        <h2>
          {strategy ?? NONE}, {from} to {to}
        </h2>
        <Tag of={status} />
        <span class="spacer" />
        {status === 'running' || status === 'waiting' ? (
          <button
            type="button"
            class="button small"
            onClick={() => void change(`/v1/backtests/${backtestId}/stop`).then(refreshAll)}
          >
            Stop it
          </button>
        ) : null}
      </div>
      {error === null ? null : (
        <p class="trouble" role="alert">
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {status === 'running' || status === 'waiting' ? (
        <Card
          title={status === 'waiting' ? 'It waits for another one' : `At ${progress.date ?? 'the beginning'}`}
          padded
        >
          <progress
            max={Math.max(1, progress.total)}
            value={progress.done}
            style={{ width: '100%' }}
            aria-label="How far it is"
          />
        </Card>
      ) : null}
      {result === null ? null : <Result result={result} />}
    </>
  );
}

function Result({ result }: { readonly result: NonNullable<Backtest['result']> }) {
  const figures = figuresOf(result.figures);
  const fills = fillsOf(result.fills);
  const dates = useMemo(() => result.equityCurve.map(({ date }) => date), [result]);
  const lines = useMemo(
    () => [{ name: 'Equity', values: result.equityCurve.map(({ equity }) => equity) }],
    [result],
  );
  return (
    <>
      <Figures
        of={[
          {
            name: 'Return',
            value: percent(figures.totalReturn, { signed: true }),
            note: `ends at ${money(result.equityCurve.at(-1)?.equity)}`,
          },
          {
            name: 'Sharpe ratio',
            value: ratio(figures.sharpeRatio),
            note: `${count(figures.days)} trading days`,
          },
          { name: 'Deepest drawdown', value: percent(figures.maxDrawdown), note: 'from the highest equity' },
          {
            name: 'Win rate',
            value: figures.winRate === null ? NONE : `${ratio(figures.winRate)}%`,
            note: `${count(figures.trades)} fills`,
          },
          {
            name: 'Commission',
            value: money(figures.commission),
            note: `turnover ${shortMoney(figures.turnover)}`,
          },
        ]}
      />
      {figures.refusals.length === 0 ? null : (
        <p class="trouble">Refused orders: {figures.refusals.join('; ')}</p>
      )}
      <Card title="Equity" padded>
        {dates.length === 0 ? (
          <Nothing title="There is no bar in this period" />
        ) : (
          <LineChart
            dates={dates}
            lines={lines}
            height={280}
            label="Equity of the backtest by trading date"
          />
        )}
      </Card>
      <Card
        title="Fills"
        foot={fills.length > FILLS_SHOWN ? `The last ${FILLS_SHOWN} of ${count(fills.length)}.` : undefined}
      >
        {fills.length === 0 ? (
          <Nothing title="It never traded">
            No signal came in this period, or every order was refused.
          </Nothing>
        ) : (
          <Table
            label="Fills of the backtest"
            rows={fills.slice(-FILLS_SHOWN).reverse()}
            idOf={(fill) => `${fill.executedAt} ${fill.symbol} ${fill.side} ${fill.quantity} ${fill.price}`}
            columns={[
              {
                title: 'Bar (UTC)',
                cell: ({ executedAt }) => <Moment of={executedAt} />,
              },
              { title: 'Symbol', cell: ({ symbol }) => symbol },
              { title: 'Side', cell: ({ side }) => side },
              { title: 'Quantity', cell: (fill) => quantity(fill.quantity), number: true },
              { title: 'Price', cell: (fill) => price(fill.price), number: true },
              { title: 'Commission', cell: (fill) => money(fill.commission), number: true, wide: true },
              { title: 'Realised', cell: ({ realizedPnl }) => <Amount of={realizedPnl} />, number: true },
            ]}
          />
        )}
      </Card>
    </>
  );
}
