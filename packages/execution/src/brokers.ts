import type { PaperBroker } from './paper/paperBroker';

/** Who works orders: a paper broker, but for the accounts whose orders a broker desk hands to a remote one. */
export interface Brokers {
  readonly paper: PaperBroker;
  readonly remoteAccounts: ReadonlySet<string>;
}

/** The paper broker, or null where a broker desk hands over the account's orders. */
export function paperBrokerOf({ paper, remoteAccounts }: Brokers, accountId: string): PaperBroker | null {
  return remoteAccounts.has(accountId) ? null : paper;
}
