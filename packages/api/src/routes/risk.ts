import { SEVERITIES } from '@trading/model';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { accountsOf, nameOf, type Principal, requireAccount, requireAllAccounts } from '../access/principal';
import { accountId, decimalText, json, named, pageOf, paging, sentence, utcTime } from '../fields';
import { page } from '../paging/page';
import { KILL_SWITCHES, LIMITS, RISK_EVENTS, SYMBOL_LIMITS } from '../sql/risk';
import { boundTo } from './orders';
import type { Routes } from './tools';

const limit = z
  .object({
    accountId: z.string(),
    strategyId: z.string().nullable().meta({ description: 'Null for every order of the account.' }),
    limitType: z.string(),
    limitValue: decimalText,
    currentValue: decimalText.nullable().meta({ description: 'What was last measured against it.' }),
    active: z.boolean(),
    breachedAt: utcTime.nullable(),
  })
  .meta({ id: 'Limit' });

const symbolLimit = z
  .object({
    accountId: z.string(),
    symbol: z.string().meta({ description: '* is every symbol without its own.' }),
    maxQuantity: decimalText.nullable(),
    maxNotional: decimalText.nullable(),
    maxOutsideSession: decimalText.nullable().meta({ description: 'Seconds.' }),
    breachedAt: utcTime.nullable(),
  })
  .meta({ id: 'SymbolLimit' });

const riskEvent = z
  .object({
    riskEventId: z.string(),
    accountId: z.string(),
    eventType: z.string(),
    severity: z.enum(SEVERITIES),
    message: z.string(),
    data: json,
    correlationId: z.string().nullable(),
    createdAt: utcTime,
    resolvedAt: utcTime.nullable(),
    resolvedBy: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'RiskEvent' });

const killSwitch = z
  .object({
    scope: z.enum(['all', 'account', 'strategy', 'symbol']),
    target: z.string().meta({ description: 'The account, strategy or symbol; empty for all.' }),
    level: z.enum(['reduce_only', 'halt']),
    reason: z.string(),
    setBy: z.string(),
    setAt: utcTime,
    liftedBy: z.string().nullable(),
    liftedAt: utcTime.nullable(),
  })
  .meta({ id: 'KillSwitch' });

const target = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('all') }),
  z.strictObject({ scope: z.enum(['account', 'strategy', 'symbol']), target: named(100) }),
]);

const TAGS = ['risk'];

/** Limits, risk events and kill switches. */
export const riskRoutes: Routes = (app, { sql, system }) => {
  app.get(
    '/v1/risk/limits',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Limits, with what was last measured',
        tags: TAGS,
        querystring: z.strictObject({ accountId: accountId.optional() }),
        response: { 200: z.object({ limits: z.array(limit), symbolLimits: z.array(symbolLimit) }) },
      },
    },
    async (request) => {
      const values = [boundTo(request, request.query.accountId), request.query.accountId ?? null];
      const [limits, symbolLimits] = await Promise.all([
        sql.query<z.output<typeof limit>>(LIMITS, values),
        sql.query<z.output<typeof symbolLimit>>(SYMBOL_LIMITS, values),
      ]);
      return { limits, symbolLimits };
    },
  );

  app.get(
    '/v1/risk/events',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'What risk saw, newest first',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          severity: z.enum(SEVERITIES).optional(),
          eventType: named(50).optional(),
          open: z
            .enum(['true', 'false'])
            .optional()
            .meta({ description: 'Only those that are not resolved, or that are.' }),
          ...paging,
        }),
        response: { 200: pageOf(riskEvent) },
      },
    },
    async (request) => {
      const { open, ...query } = request.query;
      return page(sql, RISK_EVENTS, 'risk events', request.query, {
        ...query,
        open: open === undefined ? undefined : open === 'true',
        accounts: withEverybodys(boundTo(request, query.accountId)),
      });
    },
  );

  app.post(
    '/v1/risk/events/:riskEventId/resolve',
    {
      config: { scope: 'trade', changes: true },
      schema: {
        summary: 'Mark a risk event as dealt with',
        tags: TAGS,
        params: z.strictObject({ riskEventId: named(100) }),
        body: z.strictObject({
          reason: sentence.meta({ description: 'What was done about it; it is kept.' }),
        }),
        response: {
          200: z.object({
            riskEventId: z.string(),
            resolved: z.boolean().meta({ description: 'False where it was resolved before.' }),
          }),
        },
      },
    },
    async (request) => {
      const { riskEventId } = request.params;
      const event = await system.risk.events.read(riskEventId);
      if (event.accountId === '*') requireAllAccounts(principal(request));
      else requireAccount(principal(request), event.accountId);
      const resolved = await system.risk.events.resolve(riskEventId, {
        by: nameOf(principal(request)),
        reason: request.body.reason,
      });
      return { riskEventId, resolved };
    },
  );

  app.get(
    '/v1/risk/kill-switches',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Kill switches, newest first',
        tags: TAGS,
        querystring: z.strictObject({
          active: z
            .enum(['true', 'false'])
            .optional()
            .meta({ description: 'Only those in force, or only lifted ones.' }),
          ...paging,
        }),
        response: { 200: pageOf(killSwitch) },
      },
    },
    async (request) => {
      const { active, ...query } = request.query;
      return page(sql, KILL_SWITCHES, 'kill switches', request.query, {
        ...query,
        active: active === undefined ? undefined : active === 'true',
        accounts: accountsOf(principal(request)),
      });
    },
  );

  app.post(
    '/v1/risk/kill',
    {
      config: { scope: 'trade', changes: true },
      schema: {
        summary: 'Stop trading: of everything, an account, a strategy or a symbol',
        description:
          '`reduce_only` lets cancels and orders that only reduce a position pass, `halt` nothing. It holds from the answer on.',
        tags: TAGS,
        body: z.strictObject({
          target,
          level: z.enum(['reduce_only', 'halt']).default('reduce_only'),
          reason: sentence,
        }),
        response: { 200: killSwitch },
      },
    },
    async (request) => {
      const { target: whom, level, reason } = request.body;
      requireTarget(principal(request), whom);
      const set = await system.risk.killSwitches.kill(whom, {
        level,
        reason,
        by: nameOf(principal(request)),
      });
      return { ...set, setAt: set.setAt.toISOString(), liftedAt: set.liftedAt?.toISOString() ?? null };
    },
  );

  app.post(
    '/v1/risk/resume',
    {
      config: { scope: 'admin', changes: true },
      schema: {
        summary: 'Lift a kill switch',
        tags: TAGS,
        body: z.strictObject({ target }),
        response: {
          200: z.object({ lifted: z.boolean().meta({ description: 'False where none was in force.' }) }),
        },
      },
    },
    async (request) => {
      requireTarget(principal(request), request.body.target);
      const by = nameOf(principal(request));
      return { lifted: await system.risk.killSwitches.resume(request.body.target, { by }) };
    },
  );
};

/** What stops more than one account is for keys of all of them. */
function requireTarget(who: Principal, whom: z.output<typeof target>): void {
  if (whom.scope === 'account') requireAccount(who, whom.target);
  else requireAllAccounts(who);
}

/** `*` is the account of what concerns everybody. */
function withEverybodys(accounts: readonly string[] | null): readonly string[] | null {
  return accounts === null ? null : [...accounts, '*'];
}
