import { useSignal } from '@preact/signals';
import { Dialog } from '../../components/Dialog';
import { Segments } from '../../components/Segments';
import { Trouble } from '../../components/states';
import type { Account, Order, OrderPreview, Page, Side } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { refreshAll, useAnswer } from '../../data/query';
import { change } from '../../data/request';
import { money, quantity as quantityText } from '../../format/decimal';
import { hrefOf } from '../../navigation/place';
import { place } from '../../navigation/route';
import { chosenAccount } from '../../shell/account';
import { Decision, Verdict } from './Decision';
import { priceOf } from './orderColumns';

type OrderType = Order['orderType'];

const SIDES = [
  ['buy', 'Buy'],
  ['sell', 'Sell'],
] as const;
const TYPES: readonly (readonly [OrderType, string])[] = [
  ['market', 'Market'],
  ['limit', 'Limit'],
  ['stop', 'Stop'],
  ['stop_limit', 'Stop limit'],
];
const TIMES = [
  ['day', 'Today'],
  ['gtc', 'Until cancelled'],
  ['ioc', 'At once, the rest cancelled'],
  ['fok', 'At once, all or nothing'],
] as const;

/** An order ticket: what risk would decide stands before anything is placed. */
export function PlaceOrder({ close }: { readonly close: () => void }) {
  const { query } = place.value;
  const accounts = useAnswer<Page<Account>>('/v1/accounts', { limit: 500 });
  const only = accounts.data?.data.length === 1 ? accounts.data.data[0]?.accountId : undefined;
  const account = useSignal(query.account ?? chosenAccount.value);
  const accountId = account.value === '' ? (only ?? '') : account.value;
  const symbol = useSignal(query.symbol ?? '');
  const side = useSignal<Side>('buy');
  const type = useSignal<OrderType>('market');
  const time = useSignal<Order['timeInForce']>('day');
  const quantity = useSignal('');
  const limit = useSignal('');
  const stop = useSignal('');
  const preview = useSignal<OrderPreview | undefined>(undefined);
  const trouble = useSignal<ApiError | undefined>(undefined);
  const placed = useSignal<Order | undefined>(undefined);
  const busy = useSignal(false);

  const request = () => ({
    accountId,
    symbol: symbol.value.trim().toUpperCase(),
    side: side.value,
    orderType: type.value,
    timeInForce: time.value,
    quantity: quantity.value.trim(),
    ...(type.value === 'limit' || type.value === 'stop_limit' ? { price: limit.value.trim() } : {}),
    ...(type.value === 'stop' || type.value === 'stop_limit' ? { stopPrice: stop.value.trim() } : {}),
  });
  const changed = () => {
    preview.value = undefined;
    trouble.value = undefined;
  };
  const submit = async () => {
    busy.value = true;
    try {
      if (preview.value === undefined)
        preview.value = await change<OrderPreview>('/v1/orders/preview', request());
      else {
        placed.value = await change<Order>('/v1/orders', request());
        refreshAll();
      }
      trouble.value = undefined;
    } catch (error) {
      trouble.value = error as ApiError;
    } finally {
      busy.value = false;
    }
  };

  if (placed.value !== undefined) return <Placed order={placed.value} close={close} />;
  const field = (title: string, value: typeof quantity, hint: string, decimal = true) => (
    <label class="field">
      <span>{title}</span>
      <input
        required
        placeholder={hint}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
          changed();
        }}
        {...(decimal
          ? { inputMode: 'decimal' as const }
          : { autocapitalize: 'characters', spellcheck: false })}
      />
    </label>
  );
  return (
    <Dialog title="Place an order" close={close} submit={() => void submit()}>
      <div class="filters">
        <label class="field">
          <span>Account</span>
          <select
            required
            value={accountId}
            onChange={(event) => {
              account.value = event.currentTarget.value;
              changed();
            }}
          >
            <option value="">choose</option>
            {accounts.data?.data.map((each) => (
              <option key={each.accountId} value={each.accountId}>
                {each.accountId}
              </option>
            ))}
          </select>
        </label>
        {field('Symbol', symbol, 'AAPL', false)}
      </div>
      <div class="row">
        <Segments
          label="Side"
          choices={SIDES}
          chosen={side.value}
          choose={(chosen) => {
            side.value = chosen;
            changed();
          }}
        />
        <Segments
          label="Kind of order"
          choices={TYPES}
          chosen={type.value}
          choose={(chosen) => {
            type.value = chosen;
            changed();
          }}
        />
      </div>
      <div class="filters">
        {field('Quantity', quantity, '100')}
        {type.value === 'limit' || type.value === 'stop_limit' ? field('Limit price', limit, '64.50') : null}
        {type.value === 'stop' || type.value === 'stop_limit' ? field('Stop price', stop, '60.00') : null}
        <label class="field">
          <span>Works</span>
          <select
            value={time.value}
            onChange={(event) => {
              time.value = event.currentTarget.value as Order['timeInForce'];
              changed();
            }}
          >
            {TIMES.map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      {trouble.value === undefined ? null : <Trouble error={trouble.value} />}
      {preview.value === undefined ? (
        <p class="muted">First you see what risk decides; nothing is placed before you say so.</p>
      ) : (
        <>
          <Verdict {...preview.value} />
          {preview.value.history.referencePrice === null ? null : (
            <p class="muted">Last price {money(preview.value.history.referencePrice)}.</p>
          )}
          <details>
            <summary>What was checked</summary>
            <Decision details={preview.value.history.log[0]?.details} />
          </details>
        </>
      )}
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="button main" disabled={busy.value || preview.value?.allowed === false}>
          {preview.value === undefined
            ? 'Check with risk'
            : `${side.value === 'buy' ? 'Buy' : 'Sell'} ${quantity.value} ${request().symbol}`}
        </button>
      </div>
    </Dialog>
  );
}

function Placed({ order, close }: { readonly order: Order; readonly close: () => void }) {
  const denied = order.status === 'rejected';
  return (
    <Dialog title={denied ? 'The order was denied' : 'The order is placed'} close={close}>
      <p class={denied ? 'trouble' : 'well'} role="status">
        {order.side} {quantityText(order.quantity)} {order.symbol}, {priceOf(order)}:{' '}
        {order.status.replace('_', ' ')}
        {order.reason === null ? '' : `. ${order.reason}`}
      </p>
      <div class="row end">
        <a class="button" href={hrefOf(['orders', order.orderId])}>
          Show it
        </a>
        <button type="button" class="button main" onClick={close}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
