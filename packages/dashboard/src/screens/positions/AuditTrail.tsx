import { useSignal } from '@preact/signals';
import { Amount } from '../../components/Amount';
import { ChainLink, StrategyLink } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { Nothing } from '../../components/states';
import { type Column, Table } from '../../components/Table';
import type { AuditedTrade, PositionAudit } from '../../data/audit';
import { price, quantity } from '../../format/decimal';
import { date } from '../../format/time';
import { hrefOf } from '../../navigation/place';

const SHOWN_AT_FIRST = 15;

const COLUMNS: readonly Column<AuditedTrade>[] = [
  {
    title: 'Executed (UTC)',
    cell: ({ executedAt, order }) => (
      <a href={hrefOf(['orders', order.orderId])}>
        <Moment of={executedAt} />
      </a>
    ),
  },
  { title: 'Side', cell: ({ side, kind }) => (kind === 'fill' ? side : `${side}, ${kind}`) },
  { title: 'Quantity', cell: (trade) => quantity(trade.quantity), number: true },
  { title: 'Price', cell: (trade) => price(trade.price), number: true },
  { title: 'Realised', cell: ({ realizedPnl }) => <Amount of={realizedPnl} />, number: true },
  { title: 'Held after', cell: ({ after }) => quantity(after.quantity), number: true, wide: true },
  { title: 'Average after', cell: ({ after }) => price(after.avgPrice), number: true, wide: true },
  { title: 'Because', cell: ({ order }) => <Reason order={order} />, wide: true },
  { title: 'Chain', cell: ({ order }) => <ChainLink {...order}>Show</ChainLink> },
];

/** Every trade of a position, youngest first, each with what led to it. */
export function AuditTrail({ audit }: { readonly audit: PositionAudit }) {
  const all = useSignal(false);
  if (audit.trades.length === 0) return <Nothing title="It was never traded" />;
  const trades = [...audit.trades].reverse();
  return (
    <>
      <Table
        label="Trades of the position"
        columns={COLUMNS}
        rows={all.value ? trades : trades.slice(0, SHOWN_AT_FIRST)}
        idOf={({ tradeId }) => tradeId}
      />
      {all.value || trades.length <= SHOWN_AT_FIRST ? null : (
        <div class="nothing">
          <button
            type="button"
            class="button"
            onClick={() => {
              all.value = true;
            }}
          >
            Show all {trades.length}
          </button>
        </div>
      )}
    </>
  );
}

function Reason({ order }: { readonly order: AuditedTrade['order'] }) {
  const { signal, strategyId } = order;
  if (signal === null) return <StrategyLink strategyId={strategyId} />;
  const { bar } = signal;
  return (
    <>
      <span class="in-text">
        <StrategyLink strategyId={strategyId} />
      </span>{' '}
      signalled {signal.signal} at {price(signal.price)}
      <span class="sub">
        bar of {date(signal.barTimestamp)}
        {bar === null
          ? ', which is gone'
          : `, ${bar.dataSource}: ${price(bar.open)} / ${price(bar.high)} / ${price(bar.low)} / ${price(bar.close)}`}
      </span>
    </>
  );
}
