/**
 * The services that share the instance: which PostgreSQL schema each one owns and which login role it connects as.
 * Everything that depends on "who is there" (roles, grants, pools, scoped clients, documentation) starts here.
 */
export const SERVICES = {
  ingestion: { schema: 'data_ingestion', role: 'trading_ingestion' },
  strategy: { schema: 'strategy_engine', role: 'trading_strategy' },
  execution: { schema: 'execution', role: 'trading_execution' },
  risk: { schema: 'risk_management', role: 'trading_risk' },
  analytics: { schema: 'analytics', role: 'trading_analytics' },
  notification: { schema: 'notification', role: 'trading_notification' },
  logging: { schema: 'logging', role: 'trading_logging' },
  event_bus: { schema: 'event_bus', role: 'trading_event_bus' },
  api: { schema: 'api', role: 'trading_api' },
} as const;

/** The seven services, the bus that connects them, and the API over them; also the value of `event_bus.outbox.service`. */
export type ServiceName = keyof typeof SERVICES;

/** All service names, in the order in which data flows. */
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

/** Owns every schema of `trading_system` and runs the migrations; no service connects as it. */
export const OWNER_ROLE = 'trading_owner';

/** The database that holds every service's schema. */
export const TRADING_DATABASE = 'trading_system';

/** Prefect's own database in the same instance, and the role that owns it. Nothing of ours writes there. */
export const PREFECT_DATABASE = 'prefect';
export const PREFECT_ROLE = 'prefect';
