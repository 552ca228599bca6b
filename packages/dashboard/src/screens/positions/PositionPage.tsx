import { useMemo } from 'preact/hooks';
import type { Mark } from '../../charts/marksOnBars';
import { PriceChart } from '../../charts/PriceChart';
import { Amount } from '../../components/Amount';
import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { Nothing, Shown } from '../../components/states';
import type { Bars, Page, Position } from '../../data/answers';
import type { PositionAudit } from '../../data/audit';
import { BOOKS, FILLS } from '../../data/eventTypes';
import { useAnswer } from '../../data/query';
import { money, price, quantity } from '../../format/decimal';
import { time } from '../../format/time';
import { hrefOf } from '../../navigation/place';
import { AuditTrail } from './AuditTrail';

const CHART = 380;

/** A position: its price with fills, and how it came to be, down to the bar of each signal. */
export function PositionPage({ accountId, symbol }: { readonly accountId: string; readonly symbol: string }) {
  const path = `/v1/positions/${encodeURIComponent(accountId)}/${encodeURIComponent(symbol)}/audit`;
  const positions = useAnswer<Page<Position>>('/v1/positions', { accountId, symbol, flat: 'true' }, BOOKS);
  const audit = useAnswer<PositionAudit>(path, {}, FILLS);
  const position = positions.data?.data[0];
  const source = position?.markSource ?? null;
  const bars = useAnswer<Bars>(
    source === null ? null : '/v1/bars',
    { symbol, dataSource: source ?? '', limit: 2_000 },
    ['market_data_updated'],
  );
  const marks = useMemo(() => (audit.data === undefined ? [] : marksOf(audit.data)), [audit.data]);
  return (
    <div class="stack">
      <div class="row">
        <a href="#/positions">← Positions</a>
        <h2>
          {symbol} in {accountId}
        </h2>
        <span class="spacer" />
        <a class="button" href={hrefOf(['orders'], { new: '1', symbol, account: accountId })}>
          Place an order
        </a>
      </div>
      <Figures
        of={[
          {
            name: 'Quantity',
            value: quantity(position?.quantity),
            note: `at ${price(position?.avgPrice)} on average`,
          },
          {
            name: 'Value',
            value: money(position?.marketValue),
            note: `marked at ${price(position?.markPrice)}`,
          },
          {
            name: 'Open P&L',
            value: <Amount of={position?.unrealizedPnl} />,
            note: `cost ${money(position?.costBasis)}`,
          },
          {
            name: 'Realised',
            value: <Amount of={position?.realizedPnl} />,
            note: `commission ${money(audit.data?.commission)}`,
          },
          { name: 'Marked', value: time(position?.markedAt).slice(0, 10), note: source ?? '' },
        ]}
      />
      <Card title="Price and fills" padded>
        <div style={{ minHeight: `${CHART + 20}px` }}>
          {positions.data !== undefined && source === null ? (
            <Nothing title="It was never marked">
              Its price is shown once its series of bars is known.
            </Nothing>
          ) : (
            <Shown answer={bars} lines={8}>
              {(data) => (
                <PriceChart
                  bars={data}
                  marks={marks}
                  height={CHART}
                  label={`Price of ${symbol} with fills`}
                />
              )}
            </Shown>
          )}
        </div>
      </Card>
      <Card
        title="How it came to be"
        foot="Derived again from the trades. Each links to its order and to the whole chain of events."
      >
        <Shown answer={audit} lines={8}>
          {(data) => <AuditTrail audit={data} />}
        </Shown>
      </Card>
    </div>
  );
}

function marksOf({ trades }: PositionAudit): readonly Mark[] {
  return trades
    .filter(({ kind }) => kind === 'fill')
    .map((trade) => ({ at: trade.executedAt, side: trade.side, text: quantity(trade.quantity) }));
}
