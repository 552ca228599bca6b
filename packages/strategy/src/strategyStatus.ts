/** An active strategy is evaluated; a paused one is not for now; an inactive one was never started or is done. */
export type StrategyStatus = 'active' | 'inactive' | 'paused';
