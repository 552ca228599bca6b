import { randomUUID } from 'node:crypto';
import type { Sql } from '@trading/database';
import { type CashKind, type Decimal, TradingError } from '@trading/model';
import { postCash } from '../sql/cash/postCash';
import { type CashBalance, selectBalances } from '../sql/cash/selectBalances';
import { type LedgerEntry, type LedgerFilter, selectLedger } from '../sql/cash/selectLedger';

/** Money that comes into an account or leaves it by hand. */
export interface CashPosting {
  readonly accountId: string;
  readonly kind: Exclude<CashKind, 'dividend' | 'dividend_payment'>;
  /** Above 0. */
  readonly amount: Decimal;
  /** The same id again is booked once; one of its own, unless given. */
  readonly transferId?: string | undefined;
  /** ISO 4217; that of the account, which is USD before its first money. */
  readonly currency?: string | undefined;
  readonly reason?: string | undefined;
  /** Now, unless given. */
  readonly occurredAt?: Date | undefined;
}

/** Money of accounts. */
export interface Cash {
  /**
   * Books money, once for its id, and publishes `cash_updated`.
   *
   * @returns false where it was booked before
   * @throws TradingError `EXECUTION.INSUFFICIENT_CASH` for a withdrawal of more than there is, `EXECUTION.CONFLICTING_TRANSFER`
   *   where the id is that of another transfer, `EXECUTION.OTHER_CURRENCY`, `DATABASE.*`
   */
  post(posting: CashPosting): Promise<boolean>;
  /** What accounts have, all of them or one. @throws TradingError `DATABASE.*` */
  balances(accountId?: string): Promise<CashBalance[]>;
  /** The ledger of an account, youngest first: each entry with its postings, which sum to zero. @throws TradingError `DATABASE.*` */
  ledger(accountId: string, filter?: LedgerFilter): Promise<LedgerEntry[]>;
}

/** Makes the money of accounts. */
export function createCash(sql: Sql, now: () => Date, correlationId: string = randomUUID()): Cash {
  return {
    async post(posting) {
      const { accountId, transferId = randomUUID(), kind, amount } = posting;
      const currency = posting.currency ?? null;
      const outcome = await postCash(sql, {
        ...{ accountId, transferId, kind, amount, currency, correlationId },
        reason: posting.reason ?? null,
        occurredAt: posting.occurredAt ?? now(),
      });
      if (outcome === 'booked' || outcome === 'duplicate') return outcome === 'booked';
      throw refused(outcome, { accountId, transferId, kind, amount, currency });
    },
    balances: (accountId) => selectBalances(sql, accountId ?? null, now()),
    ledger: (accountId, filter = {}) => selectLedger(sql, accountId, filter),
  };
}

function refused(
  outcome: 'conflicting' | 'insufficient' | 'currency',
  posting: Omit<CashPosting, 'currency'> & { readonly currency: string | null },
): TradingError {
  const { accountId, transferId, amount, kind } = posting;
  const currency = posting.currency ?? "the account's currency";
  const details = { accountId, transferId, kind, amount: amount.toString(), currency };
  switch (outcome) {
    case 'conflicting':
      return new TradingError(
        'EXECUTION.CONFLICTING_TRANSFER',
        `transfer ${transferId} of account ${accountId} is booked with another kind, amount or currency than ${kind} of ${amount} ${currency}`,
        { details },
      );
    case 'insufficient':
      return new TradingError(
        'EXECUTION.INSUFFICIENT_CASH',
        `account ${accountId} has less in cash than the ${amount} ${currency} that are to be withdrawn`,
        { details },
      );
    case 'currency':
      return new TradingError(
        'EXECUTION.OTHER_CURRENCY',
        `account ${accountId} has another currency than ${currency}; an account has one`,
        { details },
      );
  }
}
