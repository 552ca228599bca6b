import type { OrderStatus } from '../../data/answers';
import { place, setQuery } from '../../navigation/route';

const STATUSES: readonly OrderStatus[] = [
  'pending',
  'submitted',
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
];

const NAMES: readonly string[] = ['symbol', 'strategyId', 'status', 'from', 'to'];
/** A phone shows the list first. */
const WIDE = matchMedia('(min-width: 861px)');

/** Filters of lists; the address keeps them. */
export function Filters({ statuses }: { readonly statuses: boolean }) {
  const { query } = place.value;
  return (
    <details class="filtering" open={WIDE.matches || Object.keys(query).some((name) => NAMES.includes(name))}>
      <summary>Filters</summary>
      <search class="filters">
        <Filter name="symbol" title="Symbol" placeholder="any" />
        <Filter name="strategyId" title="Strategy" placeholder="any" />
        {statuses ? (
          <label class="field">
            <span>Status</span>
            <select
              value={query.status ?? ''}
              onChange={(event) => setQuery({ status: event.currentTarget.value })}
            >
              <option value="">any</option>
              {STATUSES.map((status) => (
                <option key={status} value={status}>
                  {status.replace('_', ' ')}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <Filter name="from" title="From (UTC)" type="date" />
        <Filter name="to" title="To (UTC)" type="date" />
      </search>
    </details>
  );
}

function Filter({
  name,
  title,
  type = 'search',
  placeholder = '',
}: {
  readonly name: string;
  readonly title: string;
  readonly type?: 'search' | 'date';
  readonly placeholder?: string;
}) {
  return (
    <label class="field">
      <span>{title}</span>
      <input
        {...(type === 'date' ? { type } : { type, placeholder })}
        value={place.value.query[name] ?? ''}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
      />
    </label>
  );
}
