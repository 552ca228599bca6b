/** Whom a kill switch stops: everyone, or one account, strategy or symbol. */
export type KillScope = 'all' | 'account' | 'strategy' | 'symbol';

/** `reduce_only` lets cancels and orders that only reduce a position pass; `halt`, the hardest, lets nothing pass. */
export type KillLevel = 'reduce_only' | 'halt';

/** Whom it is about. */
export type KillTarget =
  | { readonly scope: 'all' }
  | { readonly scope: Exclude<KillScope, 'all'>; readonly target: string };
