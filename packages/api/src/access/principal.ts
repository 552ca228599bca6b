import { ApiProblem } from '../problems/apiProblem';

/** What a key may do: each contains the ones before it. */
export const SCOPES = ['read', 'trade', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Stands in a key's list of accounts for all of them. */
export const ALL_ACCOUNTS = '*';

/** Who asks. */
export interface Principal {
  readonly keyId: string;
  /** What the key is called. */
  readonly name: string;
  readonly scope: Scope;
  /** The accounts that it may see and trade; `*` alone is all. */
  readonly accounts: readonly string[];
  /** A session needs a CSRF token to change something; a key does not. */
  readonly via: 'key' | 'session';
}

/** How changes name who made them. */
export function nameOf({ keyId, name }: Principal): string {
  return `${name} (key ${keyId})`.slice(0, 100);
}

/** The accounts that a query is bounded to; null where it is not. */
export function accountsOf({ accounts }: Principal): readonly string[] | null {
  return accounts.includes(ALL_ACCOUNTS) ? null : accounts;
}

/** @throws ApiProblem 403 `API.SCOPE_TOO_SMALL` */
export function requireScope(principal: Principal, needed: Scope): void {
  if (SCOPES.indexOf(principal.scope) >= SCOPES.indexOf(needed)) return;
  throw new ApiProblem(
    403,
    'API.SCOPE_TOO_SMALL',
    `this needs the scope ${needed}; key ${principal.keyId} has ${principal.scope}`,
    { needed, scope: principal.scope },
  );
}

/** @throws ApiProblem 403 `API.ACCOUNT_NOT_COVERED` */
export function requireAccount(principal: Principal, accountId: string): void {
  const accounts = accountsOf(principal);
  if (accounts === null || accounts.includes(accountId)) return;
  throw new ApiProblem(
    403,
    'API.ACCOUNT_NOT_COVERED',
    `key ${principal.keyId} does not cover account ${accountId}; it covers ${accounts.join(', ')}`,
    { accountId, accounts },
  );
}

/** For what is of no one account. @throws ApiProblem 403 `API.ACCOUNT_NOT_COVERED` */
export function requireAllAccounts(principal: Principal): void {
  const accounts = accountsOf(principal);
  if (accounts === null) return;
  throw new ApiProblem(
    403,
    'API.ACCOUNT_NOT_COVERED',
    `this is about all accounts; key ${principal.keyId} covers ${accounts.join(', ')} only`,
    { accounts },
  );
}
