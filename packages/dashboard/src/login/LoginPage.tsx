import { signal, useSignal } from '@preact/signals';
import { Trouble } from '../components/states';
import type { ApiError } from '../data/apiError';
import { logIn } from '../data/request';

/** Why the last login failed. */
export const loginTrouble = signal<ApiError | undefined>(undefined);

/** Logs in with a key; a one-time link needs no page. */
export function LoginPage() {
  const key = useSignal('');
  const busy = useSignal(false);
  const submit = async () => {
    busy.value = true;
    try {
      await logIn({ key: key.value.trim() });
      loginTrouble.value = undefined;
    } catch (error) {
      loginTrouble.value = error as ApiError;
    } finally {
      busy.value = false;
    }
  };
  return (
    <main class="login">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="row">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <h1>Log in</h1>
        </div>
        {loginTrouble.value === undefined ? null : <Trouble error={loginTrouble.value} />}
        <label class="field">
          <span>API key</span>
          <input
            type="password"
            autocomplete="current-password"
            spellcheck={false}
            required
            placeholder="trd_…"
            value={key.value}
            onInput={(event) => {
              key.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="button main" disabled={busy.value || key.value.trim() === ''}>
          {busy.value ? 'Logging in …' : 'Log in'}
        </button>
        <div class="muted stack">
          <p>
            On the machine that trades, <code>npx trading dashboard</code> prints a link that logs you in
            without a key. It works once, for a minute.
          </p>
          <p>
            From elsewhere, make a key: <code>npx trading keys create</code>.
          </p>
        </div>
      </form>
    </main>
  );
}
