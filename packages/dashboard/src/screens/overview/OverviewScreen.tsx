import { Card } from '../../components/Card';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import type { Account, Order, Page, Position } from '../../data/answers';
import { BOOKS, ORDERS } from '../../data/eventTypes';
import { useAnswer } from '../../data/query';
import { accountFilter, chosenAccount } from '../../shell/account';
import { ORDER_COLUMNS, WORKING } from '../orders/orderColumns';
import { PositionsTable } from '../positions/PositionsTable';
import { LimitBars } from '../risk/LimitBars';
import { AccountFigures } from './AccountFigures';
import { EquityCard } from './EquityCard';
import { Happenings } from './Happenings';

/** What is held, what it is worth, what works, how near the limits are, and what happened lately. */
export function OverviewScreen() {
  const filter = accountFilter();
  const accounts = useAnswer<Page<Account>>('/v1/accounts', { limit: 500 }, BOOKS);
  const positions = useAnswer<Page<Position>>('/v1/positions', { ...filter, limit: 500 }, BOOKS);
  const orders = useAnswer<Page<Order>>('/v1/orders', { ...filter, status: WORKING, limit: 50 }, ORDERS);
  const shown = accounts.data?.data.filter(
    ({ accountId }) => chosenAccount.value === '' || accountId === chosenAccount.value,
  );
  if (shown?.length === 0)
    return (
      <Nothing title="There is no account yet">
        <p>
          <code>npx trading accounts open MINE --capital 100000</code> opens one; <code>npm run demo</code>{' '}
          trades a sample.
        </p>
      </Nothing>
    );
  return (
    <div class="stack">
      <AccountFigures accounts={shown} positions={positions.data?.data} working={orders.data} />
      <div class="columns">
        <div class="stack">
          <EquityCard />
          <Card title="Positions">
            <Shown answer={positions}>
              {({ data }) => <PositionsTable positions={data} accounts={shown ?? []} />}
            </Shown>
          </Card>
          <Card title="Working orders" aside={<a href="#/orders?new=1">Place an order</a>}>
            <Shown answer={orders}>
              {({ data }) =>
                data.length === 0 ? (
                  <Nothing title="No order is working">
                    Orders that wait for a price or a fill stand here.
                  </Nothing>
                ) : (
                  <Table
                    label="Working orders"
                    columns={ORDER_COLUMNS}
                    rows={data}
                    idOf={({ orderId }) => orderId}
                  />
                )
              }
            </Shown>
          </Card>
        </div>
        <div class="stack">
          <Card title="Limits" padded aside={<a href="#/risk">All of risk</a>}>
            <LimitBars />
          </Card>
          <Happenings />
        </div>
      </div>
    </div>
  );
}
