import { useSignal } from '@preact/signals';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/states';
import type { RiskEvent } from '../../data/answers';
import type { ApiError } from '../../data/apiError';
import { refreshAll } from '../../data/query';
import { change } from '../../data/request';

/** Marks a risk event as dealt with, with what was done. */
export function Resolve({ event, close }: { readonly event: RiskEvent; readonly close: () => void }) {
  const reason = useSignal('');
  const trouble = useSignal<ApiError | undefined>(undefined);
  const submit = async () => {
    try {
      await change(`/v1/risk/events/${encodeURIComponent(event.riskEventId)}/resolve`, {
        reason: reason.value.trim(),
      });
      refreshAll();
      close();
    } catch (error) {
      trouble.value = error as ApiError;
    }
  };
  return (
    <Dialog title="Resolve a risk event" close={close} submit={() => void submit()}>
      <p>{event.message}</p>
      {trouble.value === undefined ? null : <Trouble error={trouble.value} />}
      <label class="field">
        <span>What was done about it (kept)</span>
        <textarea
          required
          rows={3}
          maxLength={500}
          value={reason.value}
          onInput={({ currentTarget }) => {
            reason.value = currentTarget.value;
          }}
        />
      </label>
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="button main" disabled={reason.value.trim() === ''}>
          Resolve
        </button>
      </div>
    </Dialog>
  );
}
