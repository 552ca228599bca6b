import type { PaperBroker } from '../matching/paperBroker';

/** Who works orders: a paper broker, but for the accounts whose orders a broker session hands to a remote one. */
export interface Brokers {
  readonly paper: PaperBroker;
  readonly remoteAccounts: ReadonlySet<string>;
}

/** The paper broker, or null where a broker session hands over the account's orders. */
export function paperBrokerOf({ paper, remoteAccounts }: Brokers, accountId: string): PaperBroker | null {
  return remoteAccounts.has(accountId) ? null : paper;
}
