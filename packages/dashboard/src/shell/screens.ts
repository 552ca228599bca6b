import type { IconName } from '../components/Icon';

/** A screen in the navigation. */
export interface Screen {
  /** First part of its address. */
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
}

/** In the order in which they are shown; a phone shows the first four at once. */
export const SCREENS: readonly Screen[] = [
  { path: '', title: 'Overview', icon: 'overview' },
  { path: 'orders', title: 'Orders', icon: 'orders' },
  { path: 'positions', title: 'Positions', icon: 'positions' },
  { path: 'risk', title: 'Risk', icon: 'risk' },
  { path: 'strategies', title: 'Strategies', icon: 'strategies' },
  { path: 'backtest', title: 'Backtest', icon: 'backtest' },
  { path: 'market-data', title: 'Market data', icon: 'market' },
  { path: 'events', title: 'Events', icon: 'events' },
  { path: 'system', title: 'System', icon: 'system' },
];

/** How many a phone shows beside 'More'. */
export const FIRST_ON_PHONE = 4;
