import { useSignal } from '@preact/signals';
import { Card } from '../../components/Card';
import { ChainLink } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { More } from '../../components/More';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { KillSwitch, Limits, RiskEvent } from '../../data/answers';
import { RISK } from '../../data/eventTypes';
import { usePages } from '../../data/pages';
import { useAnswer } from '../../data/query';
import { session } from '../../data/request';
import { drawn, money, NONE, quantity } from '../../format/decimal';
import { duration, time } from '../../format/time';
import { place, setQuery } from '../../navigation/route';
import { accountFilter } from '../../shell/account';
import { LimitBars } from './LimitBars';
import { limitWords } from './limitNames';
import { Resolve } from './Resolve';

/** Limits, what risk saw, and what is stopped. */
export function RiskScreen() {
  return (
    <div class="stack">
      <div class="columns">
        <RiskEvents />
        <div class="stack">
          <Card title="Measured" padded>
            <LimitBars />
          </Card>
          <Switches />
        </div>
      </div>
      <AllLimits />
    </div>
  );
}

function RiskEvents() {
  const open = place.value.query.open ?? 'true';
  const resolving = useSignal<RiskEvent | undefined>(undefined);
  const pages = usePages<RiskEvent>(
    '/v1/risk/events',
    { ...accountFilter(), open: open === 'all' ? undefined : open, limit: 25 },
    RISK,
    ({ riskEventId }) => riskEventId,
  );
  return (
    <Card
      title="Risk events"
      aside={
        <select
          aria-label="Which risk events"
          style={{ width: 'auto' }}
          value={open}
          onChange={(event) => setQuery({ open: event.currentTarget.value })}
        >
          <option value="true">open</option>
          <option value="false">resolved</option>
          <option value="all">all</option>
        </select>
      }
    >
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }} lines={8}>
        {(events) =>
          events.length === 0 ? (
            <Nothing title={open === 'true' ? 'Nothing is open' : 'No event fits'}>
              Denied orders and breached limits stand here until someone resolves them.
            </Nothing>
          ) : (
            <Table
              label="Risk events"
              rows={events}
              idOf={({ riskEventId }) => riskEventId}
              columns={[
                { title: 'Severity', cell: ({ severity }) => <Tag of={severity} /> },
                {
                  title: 'What',
                  cell: ({ message, accountId, eventType, resolution, resolvedBy }) => (
                    <>
                      {message}
                      <span class="sub">
                        {accountId === '*' ? 'every account' : accountId}, {eventType.replaceAll('_', ' ')}
                        {resolution === null ? '' : `; ${resolution} (${resolvedBy})`}
                      </span>
                    </>
                  ),
                },
                {
                  title: 'Raised (UTC)',
                  cell: ({ createdAt }) => <Moment of={createdAt} />,
                  wide: true,
                },
                { title: 'Chain', cell: (event) => <ChainLink {...event}>Show</ChainLink>, wide: true },
                {
                  title: 'Do',
                  cell: (event) =>
                    event.resolvedAt === null ? (
                      <button
                        type="button"
                        class="button small"
                        disabled={session.value?.scope === 'read'}
                        onClick={() => {
                          resolving.value = event;
                        }}
                      >
                        Resolve
                      </button>
                    ) : (
                      <span class="muted">resolved</span>
                    ),
                },
              ]}
            />
          )
        }
      </Shown>
      <More pages={pages} />
      {resolving.value === undefined ? null : (
        <Resolve
          event={resolving.value}
          close={() => {
            resolving.value = undefined;
          }}
        />
      )}
    </Card>
  );
}

function Switches() {
  const pages = usePages<KillSwitch>(
    '/v1/risk/kill-switches',
    { limit: 10 },
    RISK,
    ({ scope, target, setAt }) => `${scope} ${target} ${setAt}`,
  );
  return (
    <Card title="Kill switches">
      <Shown answer={{ data: pages.items, error: pages.error, reload: pages.reload }} lines={3}>
        {(switches) =>
          switches.length === 0 ? (
            <Nothing title="None was ever set">“Stop trading” above sets one.</Nothing>
          ) : (
            <ul class="happenings">
              {switches.map((each) => (
                <li key={`${each.scope} ${each.target} ${each.setAt}`}>
                  <span class={`dot ${each.liftedAt === null ? 'bad' : ''}`} aria-hidden="true" />
                  <span class="what">
                    {each.scope === 'all' ? 'Everything' : `${each.scope} ${each.target}`},{' '}
                    <Tag of={each.level} /> {each.reason}
                    <span class="muted" style={{ display: 'block' }}>
                      by {each.setBy}
                      {each.liftedAt === null
                        ? ', in force'
                        : `; lifted ${time(each.liftedAt)} by ${each.liftedBy}`}
                    </span>
                  </span>
                  <span class="muted number">{time(each.setAt).slice(0, 16)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
      <More pages={pages} />
    </Card>
  );
}

function AllLimits() {
  const answer = useAnswer<Limits>('/v1/risk/limits', accountFilter(), RISK);
  return (
    <>
      <Card title="Limits">
        <Shown answer={answer}>
          {({ limits }) =>
            limits.length === 0 ? (
              <Nothing title="No limit is set">
                An account without limits can’t trade: <code>npx trading risk limits ACCOUNT</code>.
              </Nothing>
            ) : (
              <Table
                label="Limits"
                rows={limits}
                idOf={({ accountId, strategyId, limitType }) => `${accountId} ${strategyId} ${limitType}`}
                columns={[
                  {
                    title: 'Limit',
                    cell: ({ limitType }) => limitWords(limitType).name,
                  },
                  { title: 'Account', cell: ({ accountId }) => accountId },
                  { title: 'Strategy', cell: ({ strategyId }) => strategyId ?? 'all', wide: true },
                  {
                    title: 'Bound',
                    cell: ({ limitType, limitValue }) => limitWords(limitType).show(limitValue),
                    number: true,
                  },
                  {
                    title: 'Measured',
                    cell: ({ limitType, currentValue }) =>
                      currentValue === null ? NONE : limitWords(limitType).show(currentValue),
                    number: true,
                    wide: true,
                  },
                  {
                    title: 'State',
                    cell: ({ active, breachedAt, currentValue }) =>
                      !active ? (
                        <Tag of="off" />
                      ) : breachedAt === null ? (
                        <Tag of={currentValue === null ? 'at each order' : 'kept'} />
                      ) : (
                        <span class="tag bad">breached {time(breachedAt)}</span>
                      ),
                  },
                ]}
              />
            )
          }
        </Shown>
      </Card>
      <Card title="Limits of symbols">
        <Shown answer={answer} lines={2}>
          {({ symbolLimits }) =>
            symbolLimits.length === 0 ? (
              <Nothing title="No symbol has limits of its own" />
            ) : (
              <Table
                label="Limits of symbols"
                rows={symbolLimits}
                idOf={({ accountId, symbol }) => `${accountId} ${symbol}`}
                columns={[
                  { title: 'Symbol', cell: ({ symbol }) => (symbol === '*' ? 'every other' : symbol) },
                  { title: 'Account', cell: ({ accountId }) => accountId },
                  { title: 'Quantity', cell: ({ maxQuantity }) => quantity(maxQuantity), number: true },
                  { title: 'Money', cell: ({ maxNotional }) => money(maxNotional), number: true },
                  {
                    title: 'Outside the session',
                    cell: ({ maxOutsideSession }) =>
                      maxOutsideSession === null ? NONE : duration(drawn(maxOutsideSession)),
                    number: true,
                    wide: true,
                  },
                ]}
              />
            )
          }
        </Shown>
      </Card>
    </>
  );
}
