import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { LineChart } from '../../charts/LineChart';
import type { Mark } from '../../charts/marksOnBars';
import { PriceChart } from '../../charts/PriceChart';
import { Change } from '../../components/Amount';
import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { ChainLink } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { More } from '../../components/More';
import { Segments } from '../../components/Segments';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Bars, DailyPerformance, EquityCurves, Page, Signal, Strategy } from '../../data/answers';
import { gainOf } from '../../data/curves';
import { usePages } from '../../data/pages';
import { useAnswer } from '../../data/query';
import { NONE, percent, price, ratio } from '../../format/decimal';
import { date } from '../../format/time';
import { hrefOf } from '../../navigation/place';
import { parametersOf } from './parameters';
import { StateButtons } from './StateButtons';
import { Versions } from './Versions';

/** A strategy: its state and figures, its signals over the price, its equity, its parameters through the versions. */
export function StrategyPage({ strategyId }: { readonly strategyId: string }) {
  const path = `/v1/strategies/${encodeURIComponent(strategyId)}`;
  const strategy = useAnswer<Strategy>(path, {}, ['performance_updated']);
  return (
    <div class="stack">
      <p>
        <a href="#/strategies">← Strategies</a>
      </p>
      <Shown answer={strategy}>{(data) => <Details strategy={data} path={path} />}</Shown>
    </div>
  );
}

function Details({ strategy, path }: { readonly strategy: Strategy; readonly path: string }) {
  const { strategyId } = strategy;
  const days = useAnswer<Page<DailyPerformance>>(`${path}/performance`, { limit: 1 }, [
    'performance_updated',
  ]);
  const curves = useAnswer<EquityCurves>('/v1/equity-curves', { strategyId }, ['performance_updated']);
  const last = days.data?.data[0];
  return (
    <>
      <div class="row">
        <h2>{strategy.name}</h2>
        <Tag of={strategy.status} />
        <span class="spacer" />
        <a class="button small" href={hrefOf(['backtest'], { strategy: strategyId })}>
          Backtest it
        </a>
        <StateButtons strategy={strategy} />
      </div>
      <Figures
        of={[
          {
            name: 'Return',
            value: <Change of={gainOf(curves.data?.curves[0]?.equity)} />,
            note: (
              <>
                <Change of={last?.returns} /> on {last?.date ?? NONE}
              </>
            ),
          },
          { name: 'Sharpe ratio', value: ratio(last?.sharpeRatio), note: 'of daily returns, a year' },
          { name: 'Deepest drawdown', value: percent(last?.maxDrawdown), note: 'from the highest equity' },
          {
            name: 'Win rate',
            value: last?.winRate === null || last === undefined ? NONE : `${ratio(last.winRate)}%`,
            note: 'of closed round trips',
          },
          { name: 'Trades', value: last?.totalTrades ?? NONE, note: strategy.accountId ?? '' },
        ]}
      />
      <SignalChart strategy={strategy} />
      <div class="halves">
        <Card title="Equity" padded>
          <div style={{ minHeight: '262px' }}>
            <Shown answer={curves}>{(data) => <Equity answer={data} />}</Shown>
          </div>
        </Card>
        <Versions strategy={strategy} path={path} />
      </div>
      <Signals strategyId={strategyId} />
    </>
  );
}

function SignalChart({ strategy }: { readonly strategy: Strategy }) {
  const { symbols, signalSource } = parametersOf(strategy);
  const chosen = useSignal(symbols[0] ?? '');
  const signals = useAnswer<Page<Signal>>(
    '/v1/signals',
    { strategyId: strategy.strategyId, symbol: chosen.value, limit: 500 },
    ['signal_generated'],
  );
  const bars = useAnswer<Bars>(
    signalSource === undefined || chosen.value === '' ? null : '/v1/bars',
    { symbol: chosen.value, dataSource: signalSource ?? '', limit: 2_000 },
    ['market_data_updated'],
  );
  const marks = useMemo(() => (signals.data?.data ?? []).flatMap(markOf), [signals.data]);
  return (
    <Card
      title="Signals over the price"
      padded
      aside={
        symbols.length < 2 ? (
          <span class="muted">
            {chosen.value}, {signalSource}
          </span>
        ) : symbols.length <= 6 ? (
          <Segments
            label="Symbol"
            choices={symbols.map((symbol) => [symbol, symbol] as const)}
            chosen={chosen.value}
            choose={(symbol) => {
              chosen.value = symbol;
            }}
          />
        ) : (
          <select
            aria-label="Symbol"
            style={{ width: 'auto' }}
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {symbols.map((symbol) => (
              <option key={symbol}>{symbol}</option>
            ))}
          </select>
        )
      }
    >
      <div style={{ minHeight: '400px' }}>
        <Shown answer={bars} lines={8}>
          {(data) => <PriceChart bars={data} marks={marks} label={`Price of ${chosen.value} with signals`} />}
        </Shown>
      </div>
    </Card>
  );
}

function markOf({ signal, barTimestamp }: Signal): readonly Mark[] {
  return signal === 'hold' ? [] : [{ at: barTimestamp, side: signal, text: signal }];
}

function Equity({ answer }: { readonly answer: EquityCurves }) {
  const [curve] = answer.curves;
  const lines = useMemo(() => [{ name: 'Equity', values: curve?.equity ?? [] }], [curve]);
  if (curve === undefined)
    return (
      <Nothing title="No equity yet">
        It is computed at the end of each trading day that the strategy trades.
      </Nothing>
    );
  return (
    <LineChart
      dates={curve.dates}
      lines={lines}
      height={240}
      label="Equity of the strategy by trading date"
    />
  );
}

function Signals({ strategyId }: { readonly strategyId: string }) {
  const pages = usePages<Signal>(
    '/v1/signals',
    { strategyId, limit: 20 },
    ['signal_generated'],
    ({ signalId }) => signalId,
  );
  return (
    <Card title="Signals">
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }}>
        {(signals) =>
          signals.length === 0 ? (
            <Nothing title="No signal yet" />
          ) : (
            <Table
              label="Signals"
              rows={signals}
              idOf={({ signalId }) => signalId}
              columns={[
                {
                  title: 'Bar',
                  cell: ({ barTimestamp }) => <span class="number">{date(barTimestamp)}</span>,
                },
                { title: 'Symbol', cell: ({ symbol }) => symbol },
                { title: 'Signal', cell: ({ signal }) => <Tag of={signal} /> },
                { title: 'Strength', cell: ({ strength }) => ratio(strength), number: true, wide: true },
                { title: 'Close', cell: (signal) => price(signal.price), number: true },
                {
                  title: 'Bar began (UTC)',
                  cell: ({ barTimestamp }) => <Moment of={barTimestamp} />,
                  wide: true,
                },
                { title: 'Chain', cell: (signal) => <ChainLink {...signal}>Show</ChainLink> },
              ]}
            />
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}
