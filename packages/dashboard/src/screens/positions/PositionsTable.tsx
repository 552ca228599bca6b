import { Amount, Change } from '../../components/Amount';
import { SymbolLink } from '../../components/Links';
import { Nothing } from '../../components/states';
import { type Column, Table } from '../../components/Table';
import type { Account, Position } from '../../data/answers';
import { drawn, money, percent, price, quantity, share, tone } from '../../format/decimal';

/** Positions with their weight in the account's equity and their P&L. */
export function PositionsTable({
  positions,
  accounts,
}: {
  readonly positions: readonly Position[];
  readonly accounts: readonly Account[];
}) {
  if (positions.length === 0)
    return <Nothing title="Nothing is held">A position stands here from its first fill on.</Nothing>;
  const equity = new Map(accounts.map((account) => [account.accountId, account.equity]));
  const columns: readonly Column<Position>[] = [
    {
      title: 'Symbol',
      cell: (position) => (
        <>
          <SymbolLink {...position} />
          <span class="sub short">{position.accountId}</span>
        </>
      ),
    },
    { title: 'Quantity', cell: (position) => quantity(position.quantity), number: true },
    { title: 'Average', cell: ({ avgPrice }) => price(avgPrice), number: true, wide: true },
    { title: 'Mark', cell: ({ markPrice }) => price(markPrice), number: true, wide: true },
    { title: 'Value', cell: ({ marketValue }) => money(marketValue), number: true },
    {
      title: 'Weight',
      cell: ({ accountId, marketValue }) => <Weight of={share(marketValue, equity.get(accountId))} />,
      number: true,
      wide: true,
    },
    {
      title: 'Open P&L',
      cell: ({ unrealizedPnl, costBasis }) => (
        <>
          <Amount of={unrealizedPnl} />
          <span class="sub">
            <Change of={returnOf(unrealizedPnl, costBasis)} />
          </span>
        </>
      ),
      number: true,
    },
    { title: 'Realised', cell: ({ realizedPnl }) => <Amount of={realizedPnl} />, number: true, wide: true },
  ];
  return (
    <Table
      label="Positions"
      columns={columns}
      rows={positions}
      idOf={({ accountId, symbol }) => `${accountId} ${symbol}`}
    />
  );
}

function Weight({ of }: { readonly of: string | null }) {
  return (
    <>
      {percent(of, { digits: 1 })}
      <span class="weight" aria-hidden="true">
        <i style={{ width: `${of === null ? 0 : Math.min(100, drawn(of) * 100)}%` }} />
      </span>
    </>
  );
}

function returnOf(pnl: string | null, cost: string): string | null {
  const size = share(pnl, cost);
  return size !== null && tone(pnl) === 'loss' ? `-${size}` : size;
}
