import { hrefOf } from '../navigation/place';

/** Leads to an account's position in a symbol. */
export function SymbolLink({ accountId, symbol }: { readonly accountId: string; readonly symbol: string }) {
  return <a href={hrefOf(['positions', accountId, symbol])}>{symbol}</a>;
}

/** Leads to a strategy; a dash where no strategy asked. */
export function StrategyLink({ strategyId }: { readonly strategyId: string | null }) {
  return strategyId === null ? (
    <span class="muted">by hand</span>
  ) : (
    <a href={hrefOf(['strategies', strategyId])}>{strategyId}</a>
  );
}

/** Leads to an event's whole chain. */
export function ChainLink({
  correlationId,
  children = 'Chain',
}: {
  readonly correlationId: string | null;
  readonly children?: string;
}) {
  return correlationId === null ? null : <a href={hrefOf(['events', correlationId])}>{children}</a>;
}
