import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { Trouble } from '../../components/states';
import type { Backtest, Page, Strategy } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { refreshAll, useAnswer } from '../../data/query';
import { change } from '../../data/request';
import { hrefOf } from '../../navigation/place';
import { place } from '../../navigation/route';

/** Which strategy, over which period. */
export function BacktestForm() {
  const strategies = useAnswer<Page<Strategy>>('/v1/strategies', { limit: 500 });
  const chosen = useSignal(place.value.query.strategy ?? '');
  const strategy = chosen.value === '' ? (strategies.data?.data[0]?.strategyId ?? '') : chosen.value;
  const from = useSignal('2014-01-01');
  const to = useSignal(new Date().toISOString().slice(0, 10));
  const capital = useSignal('');
  const trouble = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const submit = async () => {
    busy.value = true;
    try {
      const started = await change<Backtest>('/v1/backtests', {
        strategy,
        from: from.value,
        to: to.value,
        ...(capital.value.trim() === '' ? {} : { capital: capital.value.trim() }),
      });
      trouble.value = undefined;
      location.hash = hrefOf(['backtest', started.backtestId]);
      refreshAll();
    } catch (error) {
      trouble.value = error as ApiError;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Card
      title="Run a stored strategy over a period"
      padded
      foot="It trades stored bars by the live rules on an account in memory, and writes nothing to the books."
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="filters">
          <label class="field">
            <span>Strategy</span>
            <select
              required
              value={strategy}
              onChange={(event) => {
                chosen.value = event.currentTarget.value;
              }}
            >
              {strategies.data?.data.map(({ strategyId }) => (
                <option key={strategyId}>{strategyId}</option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>From</span>
            <input
              type="date"
              required
              value={from.value}
              onInput={(event) => {
                from.value = event.currentTarget.value;
              }}
            />
          </label>
          <label class="field">
            <span>To</span>
            <input
              type="date"
              required
              value={to.value}
              onInput={(event) => {
                to.value = event.currentTarget.value;
              }}
            />
          </label>
          <label class="field">
            <span>Capital</span>
            <input
              inputMode="decimal"
              placeholder="the strategy's own"
              value={capital.value}
              onInput={(event) => {
                capital.value = event.currentTarget.value;
              }}
            />
          </label>
        </div>
        {trouble.value === undefined ? null : <Trouble error={trouble.value} />}
        <div class="row">
          <button type="submit" class="button main" disabled={busy.value || strategy === ''}>
            Run
          </button>
          {strategies.data?.data.length === 0 ? (
            <span class="muted">There is no strategy yet: `npx trading strategies add`.</span>
          ) : null}
        </div>
      </form>
    </Card>
  );
}
