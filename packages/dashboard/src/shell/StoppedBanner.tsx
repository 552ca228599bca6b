import { useSignal } from '@preact/signals';
import type { KillSwitch, Page, Session } from '../data/answers';
import type { ApiError } from '../data/apiError';
import { RISK } from '../data/eventTypes';
import { refreshAll, useAnswer } from '../data/query';
import { change } from '../data/request';
import { time } from '../format/time';

/** Says on every screen what is stopped, and lifts it. */
export function StoppedBanner({ who }: { readonly who: Session }) {
  const { data } = useAnswer<Page<KillSwitch>>('/v1/risk/kill-switches', { active: 'true' }, RISK);
  return (
    <>
      {data?.data.map((set) => (
        <Stopped key={`${set.scope} ${set.target}`} set={set} who={who} />
      ))}
    </>
  );
}

function Stopped({ set, who }: { readonly set: KillSwitch; readonly who: Session }) {
  const trouble = useSignal<ApiError | undefined>(undefined);
  const lift = async () => {
    try {
      await change('/v1/risk/resume', { target: targetOf(set) });
      refreshAll();
    } catch (error) {
      trouble.value = error as ApiError;
    }
  };
  const whom =
    set.scope === 'all' ? 'All trading' : `${set.scope[0]?.toUpperCase()}${set.scope.slice(1)} ${set.target}`;
  return (
    <div class="stopped" role="alert">
      <p>
        <strong>
          {whom} is {set.level === 'halt' ? 'halted' : 'stopped, but for what reduces'}
        </strong>
        : {set.reason}. By {set.setBy}, {time(set.setAt)} UTC.
        {trouble.value === undefined ? null : <> {trouble.value.message}</>}
      </p>
      {who.scope === 'admin' ? (
        <button type="button" class="button small" onClick={() => void lift()}>
          Resume
        </button>
      ) : (
        <span>An admin key lifts it.</span>
      )}
    </div>
  );
}

function targetOf({ scope, target }: KillSwitch): object {
  return scope === 'all' ? { scope } : { scope, target };
}
