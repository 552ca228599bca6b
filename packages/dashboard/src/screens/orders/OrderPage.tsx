import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { Figures } from '../../components/Figures';
import { ChainLink, StrategyLink, SymbolLink } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { Nothing, Shown, Trouble } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { OrderHistory } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { BOOKS } from '../../data/eventTypes';
import { refreshAll, useAnswer } from '../../data/query';
import { change, session } from '../../data/request';
import { money, price, quantity } from '../../format/decimal';
import { time } from '../../format/time';
import { Decision } from './Decision';
import { isWorking, priceOf } from './orderColumns';

/** An order: what risk decided, each move, each fill; and cancelling it. */
export function OrderPage({ orderId }: { readonly orderId: string }) {
  const answer = useAnswer<OrderHistory>(`/v1/orders/${encodeURIComponent(orderId)}`, {}, BOOKS);
  return (
    <div class="stack">
      <p>
        <a href="#/orders">← Orders</a>
      </p>
      <Shown answer={answer}>{(history) => <History history={history} />}</Shown>
    </div>
  );
}

function History({ history }: { readonly history: OrderHistory }) {
  const { order, log, trades } = history;
  return (
    <>
      <div class="row">
        <h2 class="in-text">
          {order.side === 'buy' ? 'Buy' : 'Sell'} {quantity(order.quantity)} <SymbolLink {...order} />,{' '}
          {priceOf(order)}
        </h2>
        <Tag of={order.status} />
        <span class="spacer" />
        <ChainLink correlationId={order.correlationId}>From bar to fill</ChainLink>
        {isWorking(order) ? <Cancel orderId={order.orderId} /> : null}
      </div>
      {order.reason === null ? null : <p class="trouble">{order.reason}</p>}
      <Figures
        of={[
          {
            name: 'Filled',
            value: `${quantity(order.filledQuantity)} of ${quantity(order.quantity)}`,
            note: `at ${price(order.avgFillPrice)} on average`,
          },
          {
            name: 'Last price when decided',
            value: price(history.referencePrice),
            note: order.tradingSource,
          },
          { name: 'Account', value: order.accountId, note: <StrategyLink strategyId={order.strategyId} /> },
          { name: 'Works', value: order.timeInForce, note: `decided ${time(order.decidedAt)} UTC` },
        ]}
      />
      <div class="halves">
        <Card title="What risk decided" padded>
          <Decision details={log[0]?.details} />
        </Card>
        <Card title="Moves">
          <Table
            label="Moves of the order"
            rows={log}
            idOf={(move) => `${move.at} ${move.to} ${move.event}`}
            columns={[
              { title: 'At (UTC)', cell: ({ at }) => <Moment of={at} /> },
              { title: 'To', cell: ({ to }) => <Tag of={to} /> },
              { title: 'By', cell: ({ event }) => event },
            ]}
          />
        </Card>
      </div>
      <Card title="Fills">
        {trades.length === 0 ? (
          <Nothing title="No fill yet" />
        ) : (
          <Table
            label="Fills of the order"
            rows={trades}
            idOf={({ tradeId }) => tradeId}
            columns={[
              {
                title: 'Executed (UTC)',
                cell: ({ executedAt }) => <Moment of={executedAt} />,
              },
              { title: 'Quantity', cell: (trade) => quantity(trade.quantity), number: true },
              { title: 'Price', cell: (trade) => price(trade.price), number: true },
              { title: 'Commission', cell: ({ commission }) => money(commission), number: true },
              { title: 'Execution', cell: ({ executionId }) => <code>{executionId}</code>, wide: true },
            ]}
          />
        )}
      </Card>
    </>
  );
}

function Cancel({ orderId }: { readonly orderId: string }) {
  const trouble = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const cancel = async () => {
    busy.value = true;
    try {
      await change(`/v1/orders/${encodeURIComponent(orderId)}/cancel`);
      trouble.value = undefined;
      refreshAll();
    } catch (error) {
      trouble.value = error as ApiError;
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <button
        type="button"
        class="button danger"
        disabled={busy.value || session.value?.scope === 'read'}
        onClick={() => void cancel()}
      >
        Cancel the order
      </button>
      {trouble.value === undefined ? null : <Trouble error={trouble.value} />}
    </>
  );
}
