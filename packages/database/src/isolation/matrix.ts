import type { ServiceName } from '../services';

/** What a role may do with a table or a view. */
export const VERBS = ['select', 'insert', 'update', 'delete'] as const;
export type Verb = (typeof VERBS)[number];

/** The verbs of each service that has any. A service that is not named has none. */
export type Access = Partial<Record<ServiceName, readonly Verb[]>>;

/** A table or a view, by its qualified name. */
export interface TableRule {
  readonly name: `${string}.${string}`;
  readonly kind: 'table' | 'view';
  readonly access: Access;
  /** How row security narrows the access further. */
  readonly rows?: string;
  /** Rights that no code of this repository needs, each with the reason for which it is given all the same. */
  readonly given?: Partial<Record<Verb, string>>;
  /** The only columns that a service may insert or update, where that isn't all of them. */
  readonly columns?: Partial<Record<ServiceName, ColumnRights>>;
  /** The sequence of the table's ids, where services of other schemas insert; a service may use those of its own schema. */
  readonly sequence?: `${string}.${string}`;
}

/** Names of columns as the database has them. */
export interface ColumnRights {
  readonly insert?: readonly string[];
  readonly update?: readonly string[];
}

/** A function that services may call. */
export interface FunctionRule {
  /** With its argument types: `schema.name(type, type)`. */
  readonly signature: string;
  readonly callers: readonly ServiceName[];
  /** `owner`: SECURITY DEFINER, with a fixed search_path and checked arguments. `caller`: needs the caller's rights. */
  readonly runsAs: 'owner' | 'caller';
  readonly why: string;
}

const ALL: readonly Verb[] = VERBS;
const READ: readonly Verb[] = ['select'];
const APPEND: readonly Verb[] = ['select', 'insert'];
const LOGGED: readonly Verb[] = ['select', 'insert', 'delete'];
const OLD_LINES = { delete: 'old lines may be removed' };
const UPSERT: readonly Verb[] = ['select', 'insert', 'update'];

const SEVEN = ['ingestion', 'strategy', 'execution', 'risk', 'analytics', 'notification', 'logging'] as const;

/** A table that belongs to one service alone. */
function own(
  service: ServiceName,
  name: TableRule['name'],
  verbs: readonly Verb[] = ALL,
  given: TableRule['given'] = {},
): TableRule {
  return { name, kind: 'table', access: { [service]: verbs }, given };
}

/** A table whose rows are locked by functions that run as the owner: a lock that no service can hold on purpose. */
function locksOnly(name: TableRule['name']): TableRule {
  return { name, kind: 'table', access: {} };
}

/** A view that its owner publishes to readers. */
function published(
  name: TableRule['name'],
  readers: readonly ServiceName[],
  given: TableRule['given'] = {},
): TableRule {
  return { name, kind: 'view', access: Object.fromEntries(readers.map((reader) => [reader, READ])), given };
}

/** A table of the bus, which every service uses under its own name. */
function bus(
  name: TableRule['name'],
  verbs: readonly Verb[],
  rows: string,
  more: Pick<TableRule, 'columns' | 'sequence' | 'given'> = {},
): TableRule {
  return {
    ...more,
    name,
    kind: 'table',
    access: { ...Object.fromEntries(SEVEN.map((service) => [service, verbs])), event_bus: ALL },
    rows,
  };
}

/** The columns that a publisher sets. */
const EVENT_COLUMNS = [
  'event_id',
  'event_type',
  'version',
  'service',
  'key',
  'correlation_id',
  'causation_id',
  'data',
  'occurred_at',
];

/** The services that publish events: logging only records those of others. */
const PUBLISHERS = SEVEN.filter((service) => service !== 'logging');

function allowed(services: readonly ServiceName[], verbs: readonly Verb[]): Access {
  return Object.fromEntries(services.map((service) => [service, verbs]));
}

function everybodyReads(): Access {
  return allowed([...SEVEN, 'event_bus'], READ);
}

/**
 * What each service writes of a table that all services share. By columns, also where it is nearly all of them: LOCK TABLE
 * in a mode that stops the others asks for UPDATE or DELETE on the whole table. So no service has DELETE there either.
 */
function sharedColumns(
  insert: readonly string[],
  update: readonly string[],
): Partial<Record<ServiceName, ColumnRights>> {
  return Object.fromEntries(SEVEN.map((service) => [service, { insert, update }]));
}

const GROUP_COLUMNS = sharedColumns(
  ['consumer_group', 'event_types', 'last_xid', 'last_id'],
  ['event_types', 'last_xid', 'last_id', 'tried_xid', 'tried_id', 'tried_at', 'tries'],
);
const PARKED_COLUMNS = sharedColumns(
  ['consumer_group', 'key', 'xid', 'id', 'event_id', 'event', 'attempts', 'error', 'stack'],
  ['attempts', 'error', 'stack'],
);
const DEAD_LETTER_COLUMNS = sharedColumns(
  ['consumer_group', 'event_id', 'event_type', 'event', 'error', 'stack', 'attempts'],
  ['error', 'stack', 'attempts', 'failed_at', 'resolved_at', 'retry_requested_at'],
);

/**
 * The isolation matrix: role x table or view x verb. Grants, tests and docs/isolation.md derive from it, and a test
 * tries every cell on a live database. A table that is missing here fails that test.
 */
export const TABLES: readonly TableRule[] = [
  own('ingestion', 'data_ingestion.market_data'),
  own('ingestion', 'data_ingestion.bar_revisions', APPEND),
  own('ingestion', 'data_ingestion.data_quality_logs', APPEND),
  own('ingestion', 'data_ingestion.ingestion_status', UPSERT),
  own('ingestion', 'data_ingestion.corporate_actions', APPEND),
  published('data_ingestion.actions', ['ingestion', 'api']),
  published('data_ingestion.bars', ['strategy', 'execution', 'analytics', 'api']),
  published('data_ingestion.series', ['api']),
  published('data_ingestion.quality_findings', ['api']),

  own('strategy', 'strategy_engine.strategies', ALL, {
    delete: 'a strategy that was never used may be removed',
  }),
  own('strategy', 'strategy_engine.strategy_signals', APPEND),
  own('strategy', 'strategy_engine.strategy_performance', UPSERT),
  own('strategy', 'strategy_engine.strategy_configs', UPSERT),
  locksOnly('strategy_engine.account_locks'),
  own('strategy', 'strategy_engine.pending_moments', ['select', 'insert', 'update', 'delete'], {
    update: 'SELECT FOR UPDATE asks for it',
  }),
  own('strategy', 'strategy_engine.strategy_decisions', APPEND),
  published('strategy_engine.active_strategies', ['strategy']),
  published('strategy_engine.measured_strategies', ['strategy', 'analytics']),
  published('strategy_engine.signals', ['execution', 'api']),
  published('strategy_engine.stored_strategies', ['api']),
  published('strategy_engine.strategy_versions', ['api']),
  published('strategy_engine.daily_performance', ['api']),

  own('execution', 'execution.orders', READ),
  own('execution', 'execution.trades', READ),
  own('execution', 'execution.positions', READ),
  own('execution', 'execution.position_adjustments', READ),
  own('execution', 'execution.account_policies', UPSERT),
  own('execution', 'execution.cash_accounts', READ),
  own('execution', 'execution.cash_transfers', READ),
  // Read by the functions of risk alone, which run as the owner.
  published('execution.account_cash', []),
  own('execution', 'execution.execution_logs', READ),
  own('execution', 'execution.account_series', UPSERT),
  own('execution', 'execution.market_clocks', READ),
  own('execution', 'execution.broker_accounts', APPEND),
  own('execution', 'execution.execution_names', APPEND),
  published('execution.whole_share_accounts', ['analytics']),
  published('execution.fills', ['analytics', 'api']),
  published('execution.all_orders', ['api']),
  // Read by the functions of risk alone, which run as the owner.
  published('execution.handled_bars', ['strategy']),
  published('execution.working_orders', ['strategy']),
  published('execution.placed_orders', []),
  published('execution.holdings', ['risk', 'strategy', 'api'], {
    select: "risk's typed client reads positions",
  }),

  own('risk', 'risk_management.risk_limits', ALL, {
    delete: 'a limit that was set by mistake may be removed',
  }),
  own('risk', 'risk_management.risk_events', UPSERT),
  own('risk', 'risk_management.position_limits'),
  own('risk', 'risk_management.kill_switches', UPSERT),
  own('risk', 'risk_management.account_states', UPSERT),
  own('risk', 'risk_management.account_holdings', UPSERT),
  published('risk_management.accounts', ['api']),
  published('risk_management.limits', ['api']),
  published('risk_management.symbol_limits', ['api']),
  published('risk_management.events', ['api']),
  published('risk_management.switches', ['api']),

  locksOnly('risk_management.account_locks'),

  own('analytics', 'analytics.performance_metrics'),
  own('analytics', 'analytics.reports', UPSERT),
  own('analytics', 'analytics.analytics_cache'),
  published('analytics.figures', ['api']),
  published('analytics.stored_reports', ['api']),

  own('notification', 'notification.alert_configs'),
  own('notification', 'notification.notification_logs', UPSERT),
  published('notification.alerts', ['api']),
  published('notification.notifications', ['api']),

  own('logging', 'logging.system_logs', LOGGED, OLD_LINES),
  own('logging', 'logging.trading_logs', LOGGED, OLD_LINES),
  own('logging', 'logging.performance_logs', LOGGED, OLD_LINES),
  published('logging.event_lines', ['api']),

  // A key can be revoked, and never be widened; a line of the audit log can be finished, and never be rewritten.
  {
    ...own('api', 'api.keys', UPSERT),
    columns: { api: { update: ['revoked_at', 'revoked_by', 'last_used_at'] } },
  },
  own('api', 'api.sessions', LOGGED),
  own('api', 'api.login_codes', LOGGED),
  own('api', 'api.idempotent_answers'),
  {
    ...own('api', 'api.audit_log', UPSERT),
    columns: { api: { update: ['status', 'code', 'finished_at'] } },
  },

  {
    ...bus(
      'event_bus.outbox',
      APPEND,
      'appends the event types that the catalogue gives it, under its own name; reads all',
      {
        sequence: 'event_bus.outbox_id_seq',
        // Not xid, id and published_at: readers and retention go by them.
        given: {
          update: 'what was published by mistake is corrected by hand',
          delete: 'what was published by mistake is removed by hand',
        },
        columns: Object.fromEntries(PUBLISHERS.map((service) => [service, { insert: EVENT_COLUMNS }])),
      },
    ),
    access: {
      ...everybodyReads(),
      // The live stream.
      api: READ,
      ...allowed(PUBLISHERS, APPEND),
      event_bus: ALL,
    },
  },
  { name: 'event_bus.event_types', kind: 'table', access: everybodyReads() },
  bus('event_bus.inbox', APPEND, "its own consumer groups' rows"),
  bus('event_bus.consumer_groups', UPSERT, "its own consumer groups' rows", {
    columns: GROUP_COLUMNS,
    given: { delete: 'a group that is not run any more is removed by hand' },
  }),
  bus('event_bus.parked_events', UPSERT, "its own consumer groups' rows", { columns: PARKED_COLUMNS }),
  bus('event_bus.dead_letters', UPSERT, "its own consumer groups' rows", {
    columns: DEAD_LETTER_COLUMNS,
    sequence: 'event_bus.dead_letters_id_seq',
  }),
];

/** Every function that any service may call; a test finds those that are not listed. Published functions are few. */
export const FUNCTIONS: readonly FunctionRule[] = [
  {
    signature: 'event_bus.current_service()',
    callers: [...SEVEN, 'event_bus'],
    runsAs: 'caller',
    why: 'row security of inbox, groups, parked events and dead letters compares the group with it',
  },
  {
    signature: 'event_bus.new_event_id()',
    callers: ['execution', 'risk'],
    runsAs: 'caller',
    why: 'functions that publish make event ids as publishers in TypeScript do',
  },
  {
    signature: 'event_bus.event_version(text)',
    callers: ['execution', 'risk'],
    runsAs: 'caller',
    why: 'functions that publish take the version of a type from the catalogue',
  },
  {
    signature: 'event_bus.take_parked(text, uuid, integer)',
    callers: [...SEVEN],
    runsAs: 'owner',
    why: 'removes a parked event of its own group; with DELETE on the table a service could lock all others out of it',
  },
  {
    signature: 'event_bus.rotate_outbox()',
    callers: ['event_bus'],
    runsAs: 'owner',
    why: 'closes the open partition of the outbox; partitions belong to the owner',
  },
  {
    signature: 'event_bus.old_outbox_partitions(timestamptz)',
    callers: ['event_bus'],
    runsAs: 'owner',
    why: 'a dry run of retention lists what would be dropped, and which group needs the rest',
  },
  {
    signature: 'event_bus.drop_outbox_partitions(timestamptz)',
    callers: ['event_bus'],
    runsAs: 'owner',
    why: 'retention drops whole partitions that no group needs, and they belong to the owner',
  },
  {
    signature: 'data_ingestion.ensure_market_data_partitions(timestamptz, timestamptz)',
    callers: ['ingestion'],
    runsAs: 'owner',
    why: 'ingestion makes partitions before it stores bars; they belong to the owner',
  },
  {
    signature: 'data_ingestion.drop_market_data_partitions_before(timestamptz)',
    callers: ['ingestion'],
    runsAs: 'owner',
    why: 'retention drops whole partitions, which belong to the owner',
  },
  {
    signature: 'execution.apply_fill(numeric, numeric, numeric, numeric, numeric, numeric)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'what a fill makes of a position, for booking, the constraint triggers and verification',
  },
  {
    signature: 'data_ingestion.unit_changes(text, text, date, date)',
    callers: ['analytics'],
    runsAs: 'owner',
    why: 'which splits change the shares that a series is in, which needs the revisions of its bars',
  },
  {
    signature: 'data_ingestion.unexplained_ratio(text, text, timestamptz)',
    callers: ['analytics'],
    runsAs: 'owner',
    why: 'whether a series was rewritten without a known split, which needs the revisions of its bars',
  },
  {
    signature: 'execution.apply_split(numeric, numeric, numeric, numeric, boolean, numeric)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'what a split makes of a position, for booking, the constraint triggers and verification',
  },
  {
    signature: 'execution.replay_position(text, text, bigint, execution.position_adjustments, date)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'derives a position from its trades and splits, for booking, the constraint triggers and verification',
  },
  {
    signature: 'execution.chain_entry(text, text, bigint)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'the entry before an adjustment, for the constraint triggers',
  },
  {
    signature: 'execution.post_cash(text, text, text, numeric, text, text, timestamptz, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'books deposits, withdrawals, interest and fees, which the role may not write itself',
  },
  {
    signature: 'execution.ledger(text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'the postings of an account, for its ledger and for verification',
  },
  {
    signature: 'execution.cash_of(text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'what an account has in cash, for balances and verification',
  },
  {
    signature: 'execution.transfer_totals(text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: "the sums of an account's transfers, for verification",
  },
  {
    signature: 'execution.apply_splits(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'applies the splits that the market reaches to positions and orders, which the role may not write itself',
  },
  {
    signature: 'execution.heed_actions(text, date, text, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'applies what became known of corporate actions to positions, which the role may not write itself',
  },
  {
    signature: 'execution.average_price(numeric, numeric)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'one rounding of an average price, for booking, the constraint triggers and verification',
  },
  {
    signature: 'execution.filled(text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: "the totals of an order's trades, for booking, the constraint triggers and verification",
  },
  {
    signature: 'execution.place_orders(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'the only way to an order: decided by risk, stored and published; the role may not write orders itself',
  },
  {
    signature: 'execution.book_reports(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'books the fills and status changes that brokers report; the role may not write orders, trades or positions itself',
  },
  {
    signature: 'execution.bust_fill(text, text, timestamptz, date, text, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'takes a fill back with a correcting trade, in one statement',
  },
  {
    signature: 'execution.mark_positions(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'marks positions at the last closes of a set of series and publishes them',
  },
  {
    signature: 'execution.forget_bars(text, text, timestamptz, timestamptz, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'sets marks that came from removed bars back to the last bar that is left',
  },
  {
    signature: 'execution.remember_match(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'stores up to which bar an order was matched, so that no bar is matched twice',
  },
  {
    signature: 'execution.lock_order(text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'a row lock needs the right to change the row, which the role does not have',
  },
  {
    signature: 'execution.lock_working_orders(jsonb)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'locks the orders that bars are matched against, which needs the right to change them',
  },
  {
    signature: 'execution.adopt_broker_id(text, text, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: "the broker's id of an order may arrive after the order has moved on",
  },
  {
    signature: 'execution.deny_submission(text, text, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'rejects an order that waited too long for its broker, and raises that as a denial',
  },
  {
    signature: 'execution.series_of(text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'a signal that names no series is sized at the prices at which its order will fill',
  },
  {
    signature: 'execution.verify(text, text)',
    callers: ['execution'],
    runsAs: 'caller',
    why: 'derives orders, positions and P&L again from the trades',
  },
  {
    signature: 'risk_management.refuse_submission(text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'a kill switch, or its age, stops an order that was allowed before and is not at the broker yet',
  },
  {
    signature: 'risk_management.refuse_cancel(text, text, text)',
    callers: ['execution'],
    runsAs: 'owner',
    why: 'a halt stops cancels too, from the moment when it is set',
  },
  {
    signature: 'risk_management.raise_event(text, text, text, text, text, jsonb, timestamptz, text, text)',
    callers: ['execution', 'strategy', 'risk'],
    runsAs: 'owner',
    why: 'records what execution or strategy found but must not decide on, in the transaction that found it',
  },
];
