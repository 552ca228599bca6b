import type { ExecutionService, HeldPosition, Order } from '@trading/execution';
import { Decimal, isTradingError, TradingError } from '@trading/model';
import type { KillLevel, Limit, LimitType, PositionLimit, RiskService } from '@trading/risk';
import type { RegisteredStrategy, StrategyService } from '@trading/strategy';
import { z } from 'zod';

const amount = z
  .string()
  .regex(/^\d+(\.\d{1,4})?$/, 'must be a decimal as text with at most 4 decimals, like "100000"');

/** An account as its owner states it. */
export const accountDefinition = z.strictObject({
  accountId: z.string().min(1).max(50),
  /** What it begins with, decimal text. */
  capital: amount,
  /** In place of the starter limits of this capital, by the limit's name. */
  limits: z.record(z.string(), amount).default({}),
  /** By symbol; `*` is every one that has none. */
  symbols: z
    .record(
      z.string(),
      z.strictObject({
        maxQuantity: amount.optional(),
        maxNotional: amount.optional(),
        maxOutsideSession: amount.optional(),
      }),
    )
    .default({}),
});

/** An account to open. */
export type AccountDefinition = z.output<typeof accountDefinition>;

/** An account in a line. Money is decimal text. */
export interface AccountLine {
  readonly accountId: string;
  /** Null where it was bounded or traded, but never opened. */
  readonly capital: string | null;
  /** Realised and unrealised, after commissions; dividends, interest and fees included. */
  readonly pnl: string;
  /** Null where no money is on record. */
  readonly cash: string | null;
  /** Cash + positions + receivables; null where no money is on record. */
  readonly equity: string | null;
  /** What its own kill switch lets pass; null where none is set. A closed account is halted. */
  readonly stopped: KillLevel | null;
  readonly positions: number;
  readonly strategies: number;
}

/** An account with all that is its own. */
export interface AccountView extends AccountLine {
  readonly limits: readonly Limit[];
  readonly symbolLimits: readonly PositionLimit[];
  readonly held: readonly HeldPosition[];
  readonly working: readonly Order[];
  readonly traders: readonly RegisteredStrategy[];
}

/** What closing an account did or would do. */
export interface AccountClosing {
  readonly accountId: string;
  /** Why it can't be closed yet; empty where it can. */
  readonly obstacles: readonly string[];
  /** Strategies that trade it, which are ended. */
  readonly strategies: readonly string[];
  readonly closed: boolean;
}

/** What accounts are made of: they are of three services. */
export interface AccountServices {
  readonly risk: RiskService;
  readonly execution: ExecutionService;
  readonly strategy: StrategyService;
}

/** Opens, shows and closes accounts. */
export interface Accounts {
  /**
   * Opens an account: its capital, starter limits, and what the definition says in their place. The same again changes
   * nothing.
   *
   * @returns whether it was opened now
   * @throws TradingError `SYSTEM.ACCOUNT_EXISTS` with another capital, `RISK.INVALID_LIMIT`, `MODEL.*`, `DATABASE.*`
   */
  open(definition: AccountDefinition): Promise<boolean>;
  list(): Promise<AccountLine[]>;
  /** @throws TradingError `SYSTEM.UNKNOWN_ACCOUNT`, `DATABASE.*` */
  show(accountId: string): Promise<AccountView>;
  /**
   * Closes an account that holds nothing and has no working order: its strategies are ended, and it is halted, so that no
   * order of it passes any more. Where something is in the way, nothing is done.
   *
   * @throws TradingError `SYSTEM.UNKNOWN_ACCOUNT`, `DATABASE.*`
   */
  close(
    accountId: string,
    options: { readonly by: string; readonly reason: string; readonly dryRun?: boolean },
  ): Promise<AccountClosing>;
}

/** Makes accounts out of the three services that each have a part of them. */
export function createAccounts({ risk, execution, strategy }: AccountServices): Accounts {
  const list = async (): Promise<AccountLine[]> => {
    const [known, kills, positions, strategies, balances] = await Promise.all([
      risk.accounts(),
      risk.killSwitches.list(),
      execution.positions(),
      strategy.list(),
      execution.cash.balances(),
    ]);
    const money = new Map(balances.map((balance) => [balance.accountId, balance]));
    return known.map(({ accountId, capital, pnl }) => ({
      accountId,
      capital,
      pnl,
      cash: money.get(accountId)?.cash ?? null,
      equity: money.get(accountId)?.equity ?? null,
      stopped: kills.find(({ scope, target }) => scope === 'account' && target === accountId)?.level ?? null,
      positions: positions.filter((position) => position.accountId === accountId).length,
      strategies: tradersOf(accountId, strategies).length,
    }));
  };
  const show = async (accountId: string): Promise<AccountView> => {
    const line = (await list()).find((each) => each.accountId === accountId);
    if (line === undefined) {
      throw new TradingError('SYSTEM.UNKNOWN_ACCOUNT', `there is no account '${accountId}'`, {
        details: { field: 'accountId', value: accountId },
      });
    }
    const [limits, symbolLimits, held, working, traders] = await Promise.all([
      risk.limits.list(accountId),
      risk.limits.listPositions(accountId),
      execution.positions(),
      execution.listOrders({ accountId, statuses: ['pending', 'submitted', 'partially_filled'] }),
      strategy.list(),
    ]);
    return {
      ...line,
      limits,
      symbolLimits,
      held: held.filter((position) => position.accountId === accountId),
      working,
      traders: tradersOf(accountId, traders),
    };
  };
  return {
    async open({ accountId, capital, limits, symbols }) {
      const known = (await risk.accounts()).find((each) => each.accountId === accountId)?.capital ?? null;
      // What it was opened with: deposits have moved the capital since.
      const [opening] = await execution.cash.ledger(accountId, { kind: 'opening', limit: 1 });
      const before = opening?.postings.find(({ account }) => account === 'cash')?.amount ?? known;
      if (before !== null && !new Decimal(before).eq(capital)) {
        throw new TradingError(
          'SYSTEM.ACCOUNT_EXISTS',
          `account ${accountId} was opened with ${new Decimal(before)}; it can't begin with ${capital} as well`,
          { details: { field: 'capital', value: capital, was: before } },
        );
      }
      if (known === null || opening === undefined) await risk.limits.openAccount(accountId, capital);
      await openingCash(execution, accountId, capital);
      for (const [type, value] of Object.entries(limits))
        await risk.limits.set(accountId, type as LimitType, value);
      for (const [symbol, { maxQuantity, maxNotional, maxOutsideSession }] of Object.entries(symbols))
        await risk.limits.setPosition(accountId, symbol, {
          ...(maxQuantity === undefined ? {} : { maxQuantity }),
          ...(maxNotional === undefined ? {} : { maxNotional }),
          ...(maxOutsideSession === undefined ? {} : { maxOutsideSession }),
        });
      return before === null;
    },
    list,
    show,
    async close(accountId, { by, reason, dryRun = false }) {
      const { held, working, traders } = await show(accountId);
      const ended = traders.filter(({ status }) => status !== 'inactive').map(({ strategyId }) => strategyId);
      const obstacles = [
        ...held.map(({ symbol, quantity }) => `it holds ${new Decimal(quantity)} ${symbol}`),
        ...working.map(({ orderId, status }) => `order ${orderId} is ${status}`),
      ];
      if (obstacles.length > 0 || dryRun) return { accountId, obstacles, strategies: ended, closed: false };
      // First the halt: what a strategy decided just now is denied then, and can't open anything behind this.
      await risk.killSwitches.kill({ scope: 'account', target: accountId }, { level: 'halt', reason, by });
      for (const strategyId of ended) await deactivate(strategy, strategyId);
      return { accountId, obstacles, strategies: ended, closed: true };
    },
  };
}

/** Books what an account begins with as its first money, once. @throws TradingError `EXECUTION.*`, `DATABASE.*` */
export async function openingCash(
  execution: ExecutionService,
  accountId: string,
  capital: string,
): Promise<void> {
  await execution.cash.post({
    accountId,
    kind: 'opening',
    amount: new Decimal(capital),
    transferId: 'opening',
    reason: 'what the account begins with',
  });
}

/** The strategies that trade an account. */
function tradersOf(accountId: string, strategies: readonly RegisteredStrategy[]): RegisteredStrategy[] {
  return strategies.filter(
    ({ parameters }) =>
      typeof parameters === 'object' &&
      parameters !== null &&
      'accountId' in parameters &&
      parameters.accountId === accountId,
  );
}

async function deactivate(strategy: StrategyService, strategyId: string): Promise<void> {
  try {
    await strategy.deactivate(strategyId);
  } catch (error) {
    if (!isTradingError(error, 'STRATEGY.NOT_FOUND')) throw error;
  }
}
