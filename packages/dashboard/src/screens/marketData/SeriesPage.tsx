import { useMemo } from 'preact/hooks';
import { PriceChart } from '../../charts/PriceChart';
import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { Nothing, Shown } from '../../components/states';
import type { Bars, Page, Series } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { count, price } from '../../format/decimal';
import { date, time } from '../../format/time';
import { CoverageMap } from './CoverageMap';
import { type Coverage, yearsOf } from './coverage';
import { Findings } from './Findings';

const YEARS_SHOWN = 6;

/** A series: its last prices, which days it has, and what checks found in it. */
export function SeriesPage({ symbol, dataSource }: { readonly symbol: string; readonly dataSource: string }) {
  const path = `/v1/series/${encodeURIComponent(symbol)}/${encodeURIComponent(dataSource)}`;
  const series = useAnswer<Page<Series>>('/v1/series', { symbol, dataSource }, ['market_data_updated']);
  const bars = useAnswer<Bars>('/v1/bars', { symbol, dataSource, limit: 2_000 }, ['market_data_updated']);
  const found = series.data?.data[0];
  const to = found?.lastBar?.slice(0, 10);
  const coverage = useAnswer<Coverage>(
    to === undefined ? null : `${path}/coverage`,
    { from: to === undefined ? '' : `${Number(to.slice(0, 4)) - YEARS_SHOWN + 1}-01-01`, to: to ?? '' },
    ['market_data_updated'],
  );
  return (
    <div class="stack">
      <div class="row">
        <a href="#/market-data">← Market data</a>
        <h2>
          {symbol} <span class="muted">{dataSource}</span>
        </h2>
      </div>
      <Figures
        of={[
          {
            name: 'Bars',
            value: found === undefined ? '–' : count(Number(found.rowCount)),
            note: found?.status ?? '',
          },
          { name: 'Last bar', value: date(found?.lastBar), note: 'start, UTC' },
          {
            name: 'Last close',
            value: price(bars.data?.close.at(-1)),
            note: `volume ${count(Number(bars.data?.volume.at(-1) ?? 0))}`,
          },
          { name: 'Ingested', value: date(found?.finishedAt), note: time(found?.finishedAt).slice(11) },
        ]}
      />
      <Card title="Price" padded>
        <div style={{ minHeight: '400px' }}>
          <Shown answer={bars} lines={8}>
            {(data) =>
              data.timestamp.length === 0 ? (
                <Nothing title="There are no bars">
                  <code>npx trading ingest</code> loads them.
                </Nothing>
              ) : (
                <PriceChart bars={data} label={`Price of ${symbol}`} />
              )
            }
          </Shown>
        </div>
      </Card>
      <Card
        title="Which days it has"
        padded
        foot="By New York date. A darker day has more bars; a framed weekday has none: a holiday, or a gap."
      >
        <Shown answer={coverage} lines={6}>
          {(data) => <Years coverage={data} />}
        </Shown>
      </Card>
      <Findings query={{ symbol, dataSource }} />
    </div>
  );
}

function Years({ coverage }: { readonly coverage: Coverage }) {
  const years = useMemo(() => yearsOf(coverage), [coverage]);
  return (
    <div class="heat">
      {years.map((year) => (
        <CoverageMap key={year.year} year={year} />
      ))}
    </div>
  );
}
