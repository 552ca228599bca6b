import { Decimal } from '@trading/model';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAccount } from '../access/principal';
import { accountId, dateText, decimalText, named, utcTime } from '../fields';
import { boundTo } from './orders';
import type { Routes } from './tools';

const balance = z
  .object({
    accountId: z.string(),
    currency: z.string(),
    cash: decimalText.meta({ description: 'On the trade date: settled and unsettled.' }),
    unsettled: decimalText.meta({ description: 'Part of cash.' }),
    receivable: decimalText.meta({ description: 'Dividends between ex-date and pay date.' }),
    securities: decimalText.meta({ description: 'Positions at their marks, at cost where there is none.' }),
    equity: decimalText,
    reserved: decimalText.meta({ description: 'What working buys may still cost.' }),
    netDeposits: decimalText,
    realizedPnl: decimalText,
    unrealizedPnl: decimalText,
    otherIncome: decimalText.meta({ description: 'Dividends and interest, less fees and taxes.' }),
  })
  .meta({ id: 'CashBalance' });

const entry = z
  .object({
    entryId: z.string().meta({ description: 'The trade, split or transfer.' }),
    kind: z.string(),
    symbol: z.string().nullable(),
    occurredAt: utcTime,
    settlementDate: dateText.nullable(),
    postings: z
      .array(z.object({ account: z.string(), amount: decimalText }))
      .meta({ description: 'Sum to zero; above 0 is what the account of the ledger received.' }),
  })
  .meta({ id: 'LedgerEntry' });

const TAGS = ['accounts'];
const LEDGER = { unless: 100, most: 1_000 };

/** Money of accounts. What it comes to is derived by execution, which is asked. */
export const cashRoutes: Routes = (app, { system }) => {
  app.get(
    '/v1/cash',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'What accounts have: cash, receivables, equity',
        tags: TAGS,
        querystring: z.strictObject({ accountId: accountId.optional() }),
        response: { 200: z.object({ data: z.array(balance) }) },
      },
    },
    async (request) => {
      const accounts = boundTo(request, request.query.accountId);
      const balances = await system.execution.cash.balances(request.query.accountId);
      return {
        data: balances
          .filter((each) => accounts === null || accounts.includes(each.accountId))
          .map(({ accountId: of, currency, ...money }) => ({ accountId: of, currency, ...plainOf(money) })),
      };
    },
  );

  app.get(
    '/v1/cash/:accountId/ledger',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'The ledger of an account, youngest first: each entry with its postings',
        tags: TAGS,
        params: z.strictObject({ accountId }),
        querystring: z.strictObject({
          kind: named(30).optional(),
          limit: z
            .string()
            .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${LEDGER.most}`)
            .default(String(LEDGER.unless))
            .transform(Number)
            .pipe(z.number().int().min(1).max(LEDGER.most)),
        }),
        response: { 200: z.object({ data: z.array(entry) }) },
      },
    },
    async (request) => {
      const { accountId: of } = request.params;
      requireAccount(principal(request), of);
      const entries = await system.execution.cash.ledger(of, request.query);
      return {
        data: entries.map(({ occurredAt, postings, ...rest }) => ({
          ...rest,
          occurredAt: occurredAt.toISOString(),
          postings: postings.map(({ account, amount }) => ({
            account,
            amount: new Decimal(amount).toFixed(),
          })),
        })),
      };
    },
  );
};

/** Money without superfluous zeros. */
function plainOf<Money extends Record<string, string>>(money: Money): Money {
  return Object.fromEntries(
    Object.entries(money).map(([name, amount]) => [name, new Decimal(amount).toFixed()]),
  ) as Money;
}
