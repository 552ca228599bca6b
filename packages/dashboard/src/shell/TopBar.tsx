import { useSignal } from '@preact/signals';
import { Icon } from '../components/Icon';
import type { Account, Page, Session } from '../data/answers';
import { useAnswer } from '../data/query';
import { liveness } from '../data/stream';
import { chooseTheme, type Theme, theme } from '../navigation/theme';
import { chooseAccount, chosenAccount } from './account';
import { KillDialog } from './KillDialog';

const LIVENESS = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

/** Where one is, whose books are shown, whether events come, and the way to stop it all. */
export function TopBar({ title, who }: { readonly title: string; readonly who: Session }) {
  const stopping = useSignal(false);
  const { data } = useAnswer<Page<Account>>('/v1/accounts', { limit: 500 }, ['position_updated']);
  const next = NEXT[theme.value];
  return (
    <header class="top">
      <h1>{title}</h1>
      <span class="live" data-state={liveness.value} role="status">
        <span class="wide">{LIVENESS[liveness.value]}</span>
        <span class="hidden">{LIVENESS[liveness.value]}</span>
      </span>
      <span class="spacer" />
      <label class="account">
        <span class="hidden">Account</span>
        <select value={chosenAccount.value} onChange={(event) => chooseAccount(event.currentTarget.value)}>
          <option value="">All accounts</option>
          {data?.data.map(({ accountId }) => (
            <option key={accountId} value={accountId}>
              {accountId}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button icon"
        aria-label={`Colours: ${theme.value}. Change to ${next}`}
        title={`Colours: ${theme.value}`}
        onClick={() => chooseTheme(next)}
      >
        <Icon name={theme.value === 'system' ? 'system_theme' : theme.value} />
      </button>
      <button
        type="button"
        class="button danger"
        disabled={who.scope === 'read'}
        title={who.scope === 'read' ? 'This key may only read' : 'Stop trading'}
        onClick={() => {
          stopping.value = true;
        }}
      >
        <Icon name="stop" />
        <span>
          Stop<span class="wide"> trading</span>
        </span>
      </button>
      {stopping.value ? (
        <KillDialog
          close={() => {
            stopping.value = false;
          }}
        />
      ) : null}
    </header>
  );
}
