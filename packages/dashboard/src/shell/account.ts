import { signal } from '@preact/signals';

const KEY = 'account';

/** The account that screens are about; empty is all of them. */
export const chosenAccount = signal<string>(stored());

/** Chooses, and keeps the choice while the browser's tab is open. */
export function chooseAccount(accountId: string): void {
  chosenAccount.value = accountId;
  try {
    sessionStorage.setItem(KEY, accountId);
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

/** As a filter of a question. */
export function accountFilter(): { readonly accountId: string | undefined } {
  return { accountId: chosenAccount.value === '' ? undefined : chosenAccount.value };
}

function stored(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}
