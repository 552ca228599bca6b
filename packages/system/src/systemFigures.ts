import { type PoolFigures, poolSql, SERVICE_NAMES } from '@trading/database';
import {
  type BusStatus,
  type Consumer,
  type ConsumerFigures,
  type RelayFigures,
  readBusStatus,
} from '@trading/event-bus';
import type { ServicePools } from './pools';

/** What this process has done, and how the whole bus stands. */
export interface SystemFigures {
  readonly consumers: readonly ConsumerFigures[];
  /** Undefined where there is no Redis to move events to. */
  readonly relay: RelayFigures | undefined;
  readonly pools: readonly PoolFigures[];
  /** As `trading bus status` shows it. */
  readonly bus: BusStatus;
}

/** @throws TradingError `DATABASE.*` */
export async function systemFigures(
  consumers: readonly Consumer[],
  relay: RelayFigures | undefined,
  pools: ServicePools,
): Promise<SystemFigures> {
  return {
    consumers: consumers.map((consumer) => consumer.figures()),
    relay,
    pools: SERVICE_NAMES.map((service) => pools[service].figures()),
    bus: await readBusStatus(poolSql(pools.event_bus)),
  };
}
