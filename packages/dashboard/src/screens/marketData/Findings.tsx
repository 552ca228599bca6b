import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { More } from '../../components/More';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Finding } from '../../data/answers';
import { usePages } from '../../data/pages';
import { date } from '../../format/time';
import { hrefOf } from '../../navigation/place';
import { place, setQuery } from '../../navigation/route';

const STATUSES = ['', 'warning', 'fail', 'pass'] as const;

/** What checks found. */
export function Findings({
  query,
}: {
  readonly query: { readonly symbol: string | undefined; readonly dataSource?: string };
}) {
  const status = place.value.query.findings;
  const pages = usePages<Finding>(
    '/v1/quality/findings',
    { ...query, status, limit: 25 },
    ['data_quality_failed', 'market_data_updated'],
    ({ createdAt, symbol, dataSource, checkType, barTimestamp, message }) =>
      [createdAt, symbol, dataSource, checkType, barTimestamp, message].join(' '),
  );
  return (
    <Card
      title="Quality findings"
      aside={
        <select
          aria-label="Status of findings"
          style={{ width: 'auto' }}
          value={status ?? ''}
          onChange={(event) => setQuery({ findings: event.currentTarget.value })}
        >
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {each === '' ? 'all' : each}
            </option>
          ))}
        </select>
      }
    >
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }}>
        {(findings) =>
          findings.length === 0 ? (
            <Nothing title="No finding">
              <code>npx trading quality check</code> looks through all series.
            </Nothing>
          ) : (
            <Table
              label="Quality findings"
              rows={findings}
              idOf={(finding) =>
                `${finding.createdAt} ${finding.symbol} ${finding.dataSource} ${finding.checkType} ${finding.barTimestamp} ${finding.message}`
              }
              columns={[
                { title: 'Status', cell: (finding) => <Tag of={finding.status} /> },
                {
                  title: 'Series',
                  cell: ({ symbol, dataSource }) => (
                    <a href={hrefOf(['market-data', symbol, dataSource])}>
                      {symbol} <span class="muted">{dataSource}</span>
                    </a>
                  ),
                },
                {
                  title: 'Finding',
                  cell: ({ message, checkType }) => (
                    <>
                      {message}
                      <span class="sub">{checkType.replaceAll('_', ' ')}</span>
                    </>
                  ),
                },
                {
                  title: 'Bar',
                  cell: ({ barTimestamp }) => <span class="number">{date(barTimestamp)}</span>,
                  wide: true,
                },
                {
                  title: 'Found (UTC)',
                  cell: ({ createdAt }) => <Moment of={createdAt} />,
                  wide: true,
                },
              ]}
            />
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}
