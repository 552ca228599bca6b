import { Card } from '../../components/Card';
import { More } from '../../components/More';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import type { Fill, Order } from '../../data/answers';
import { FILLS, ORDERS } from '../../data/eventTypes';
import { usePages } from '../../data/pages';
import { hrefOf } from '../../navigation/place';
import { place, setQuery } from '../../navigation/route';
import { accountFilter } from '../../shell/account';
import { Filters } from './Filters';
import { OrderPage } from './OrderPage';
import { FILL_COLUMNS, ORDER_COLUMNS, WORKING } from './orderColumns';
import { PlaceOrder } from './PlaceOrder';

const TABS = [
  ['', 'Orders'],
  ['working', 'Working'],
  ['fills', 'Fills'],
] as const;

/** Orders and fills with filters; an order of its own; placing one. */
export function OrdersScreen({ orderId }: { readonly orderId: string | undefined }) {
  const { query } = place.value;
  if (orderId !== undefined) return <OrderPage orderId={orderId} />;
  const tab = query.tab ?? '';
  return (
    <div class="stack">
      <div class="row">
        <nav class="tabs" aria-label="Lists">
          {TABS.map(([name, title]) => (
            <a
              key={name}
              href={hrefOf(['orders'], { ...query, tab: name === '' ? undefined : name })}
              {...(name === tab ? { 'aria-current': 'page' as const } : {})}
            >
              {title}
            </a>
          ))}
        </nav>
        <span class="spacer" />
        <button type="button" class="button main" onClick={() => setQuery({ new: '1' })}>
          Place an order
        </button>
      </div>
      <Filters statuses={tab === ''} />
      {tab === 'fills' ? <Fills /> : <Orders working={tab === 'working'} />}
      {query.new === undefined ? null : <PlaceOrder close={() => setQuery({ new: undefined })} />}
    </div>
  );
}

/** What the address filters by. */
function filters() {
  const { symbol, strategyId, from, to } = place.value.query;
  return {
    ...accountFilter(),
    symbol: symbol?.toUpperCase(),
    strategyId,
    since: from === undefined ? undefined : `${from}T00:00:00Z`,
    until: to === undefined ? undefined : `${to}T23:59:59.999999Z`,
  };
}

function Orders({ working }: { readonly working: boolean }) {
  const status = working ? WORKING : place.value.query.status;
  const pages = usePages<Order>(
    '/v1/orders',
    { ...filters(), status, limit: 50 },
    ORDERS,
    ({ orderId }) => orderId,
  );
  return (
    <Card title={working ? 'Working orders' : 'Orders'}>
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }} lines={10}>
        {(orders) =>
          orders.length === 0 ? (
            <Nothing title={working ? 'No order is working' : 'No order fits'}>
              {working
                ? 'Orders that wait for a price or a fill stand here.'
                : 'Take filters away, or place one.'}
            </Nothing>
          ) : (
            <Table label="Orders" columns={ORDER_COLUMNS} rows={orders} idOf={({ orderId }) => orderId} />
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}

function Fills() {
  const pages = usePages<Fill>('/v1/fills', { ...filters(), limit: 50 }, FILLS, ({ tradeId }) => tradeId);
  return (
    <Card title="Fills">
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }} lines={10}>
        {(fills) =>
          fills.length === 0 ? (
            <Nothing title="No fill fits">
              Take filters away; a fill stands here as soon as it is booked.
            </Nothing>
          ) : (
            <Table label="Fills" columns={FILL_COLUMNS} rows={fills} idOf={({ tradeId }) => tradeId} />
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}
