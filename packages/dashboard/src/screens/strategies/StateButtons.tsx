import { useSignal } from '@preact/signals';
import type { Strategy } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { refreshAll } from '../../data/query';
import { change, session } from '../../data/request';

/** What can be done to a strategy in a state. */
const MOVES: Readonly<Record<Strategy['status'], readonly (readonly ['activate' | 'pause', string])[]>> = {
  active: [['pause', 'Pause']],
  paused: [['activate', 'Activate']],
  inactive: [['activate', 'Activate']],
};

/** Activates or pauses a strategy. */
export function StateButtons({ strategy: { strategyId, status } }: { readonly strategy: Strategy }) {
  const trouble = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const move = async (name: string) => {
    busy.value = true;
    try {
      await change(`/v1/strategies/${encodeURIComponent(strategyId)}/${name}`);
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
      {MOVES[status].map(([name, title]) => (
        <button
          key={name}
          type="button"
          class="button small"
          disabled={busy.value || session.value?.scope === 'read'}
          aria-label={`${title} ${strategyId}`}
          onClick={() => void move(name)}
        >
          {title}
        </button>
      ))}
      {trouble.value === undefined ? null : (
        <span class="sub loss" role="alert">
          {trouble.value.message}
        </span>
      )}
    </>
  );
}
