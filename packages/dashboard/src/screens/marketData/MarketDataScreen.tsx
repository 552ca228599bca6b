import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { More } from '../../components/More';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Series } from '../../data/answers';
import { usePages } from '../../data/pages';
import { count } from '../../format/decimal';
import { date } from '../../format/time';
import { hrefOf } from '../../navigation/place';
import { place, setQuery } from '../../navigation/route';
import { Findings } from './Findings';
import { SeriesPage } from './SeriesPage';

/** All series and what checks found, or one series with its coverage. */
export function MarketDataScreen({
  symbol,
  dataSource,
}: {
  readonly symbol: string | undefined;
  readonly dataSource: string | undefined;
}) {
  return symbol !== undefined && dataSource !== undefined ? (
    <SeriesPage symbol={symbol} dataSource={dataSource} />
  ) : (
    <AllSeries />
  );
}

function AllSeries() {
  const symbol = place.value.query.symbol?.toUpperCase();
  const pages = usePages<Series>(
    '/v1/series',
    { symbol, limit: 100 },
    ['market_data_updated'],
    (series) => `${series.symbol} ${series.dataSource}`,
  );
  return (
    <div class="stack">
      <Card
        title="Series"
        aside={
          <input
            type="search"
            aria-label="Symbol"
            placeholder="Symbol"
            style={{ width: '140px' }}
            value={symbol ?? ''}
            onChange={(event) => setQuery({ symbol: event.currentTarget.value.trim() })}
          />
        }
      >
        <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }}>
          {(series) =>
            series.length === 0 ? (
              <Nothing title="No series is stored">
                <code>npx trading ingest --provider yahoo --symbols AAPL --from 2015-01-01</code> loads one.
              </Nothing>
            ) : (
              <Table
                label="Series of bars"
                rows={series}
                idOf={(each) => `${each.symbol} ${each.dataSource}`}
                columns={[
                  {
                    title: 'Series',
                    cell: (each) => (
                      <a href={hrefOf(['market-data', each.symbol, each.dataSource])}>
                        {each.symbol} <span class="muted">{each.dataSource}</span>
                      </a>
                    ),
                  },
                  { title: 'Bars', cell: ({ rowCount }) => count(Number(rowCount)), number: true },
                  { title: 'Last bar', cell: ({ lastBar }) => <span class="number">{date(lastBar)}</span> },
                  {
                    title: 'State',
                    cell: ({ status, error }) => (
                      <>
                        <Tag of={status} />
                        {error === null ? null : <span class="sub">{error}</span>}
                      </>
                    ),
                  },
                  {
                    title: 'Ingested (UTC)',
                    cell: ({ finishedAt }) => <Moment of={finishedAt} />,
                    wide: true,
                  },
                ]}
              />
            )
          }
        </Shown>
        <More pages={pages} />
      </Card>
      <Findings query={{ symbol }} />
    </div>
  );
}
