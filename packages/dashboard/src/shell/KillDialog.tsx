import { useSignal } from '@preact/signals';
import { Dialog } from '../components/Dialog';
import { Segments } from '../components/Segments';
import { Trouble } from '../components/states';
import type { KillSwitch } from '../data/answers';
import type { ApiError } from '../data/apiError';
import { refreshAll } from '../data/query';
import { change } from '../data/request';
import { chosenAccount } from './account';

type Scope = KillSwitch['scope'];

const SCOPES: readonly (readonly [Scope, string])[] = [
  ['all', 'Everything'],
  ['account', 'An account'],
  ['strategy', 'A strategy'],
  ['symbol', 'A symbol'],
];
const LEVELS: readonly (readonly [KillSwitch['level'], string])[] = [
  ['reduce_only', 'Only reduce'],
  ['halt', 'Halt'],
];
const MEANING: Readonly<Record<KillSwitch['level'], string>> = {
  reduce_only: 'Cancels and orders that only reduce a position still pass. Nothing else does.',
  halt: 'Nothing passes, orders that would close a position included.',
};

/** Sets a kill switch. */
export function KillDialog({ close }: { readonly close: () => void }) {
  const scope = useSignal<Scope>(chosenAccount.value === '' ? 'all' : 'account');
  const target = useSignal(chosenAccount.value);
  const level = useSignal<KillSwitch['level']>('reduce_only');
  const reason = useSignal('');
  const trouble = useSignal<ApiError | undefined>(undefined);
  const busy = useSignal(false);
  const submit = async () => {
    busy.value = true;
    try {
      await change('/v1/risk/kill', {
        target:
          scope.value === 'all' ? { scope: 'all' } : { scope: scope.value, target: target.value.trim() },
        level: level.value,
        reason: reason.value.trim() === '' ? 'stopped from the dashboard' : reason.value.trim(),
      });
      refreshAll();
      close();
    } catch (error) {
      trouble.value = error as ApiError;
      busy.value = false;
    }
  };
  return (
    <Dialog title="Stop trading" close={close} submit={() => void submit()}>
      {trouble.value === undefined ? null : <Trouble error={trouble.value} />}
      <Segments
        label="What is stopped"
        choices={SCOPES}
        chosen={scope.value}
        choose={(chosen) => {
          scope.value = chosen;
          target.value = chosen === 'account' ? chosenAccount.value : '';
        }}
      />
      {scope.value === 'all' ? null : (
        <label class="field">
          <span>{`Which ${scope.value}`}</span>
          <input
            required
            value={target.value}
            onInput={(event) => {
              target.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <Segments
        label="How hard"
        choices={LEVELS}
        chosen={level.value}
        choose={(chosen) => {
          level.value = chosen;
        }}
      />
      <p class="muted">
        {MEANING[level.value]} It holds from the moment of the answer on, until someone lifts it.
      </p>
      <label class="field">
        <span>Why (kept with the switch)</span>
        <input
          value={reason.value}
          maxLength={500}
          placeholder="stopped from the dashboard"
          onInput={(event) => {
            reason.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          Leave it running
        </button>
        <button type="submit" class="button danger" disabled={busy.value}>
          Stop now
        </button>
      </div>
    </Dialog>
  );
}
