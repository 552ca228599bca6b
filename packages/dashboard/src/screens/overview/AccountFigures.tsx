import { Amount, Change } from '../../components/Amount';
import { Figures } from '../../components/Figures';
import type { Account, Order, Page, Position } from '../../data/answers';
import { count, minus, money, NONE, percent, share, sum, tone } from '../../format/decimal';

/** The accounts' money in a row of figures. */
export function AccountFigures({
  accounts = [],
  positions = [],
  working,
}: {
  readonly accounts: readonly Account[] | undefined;
  readonly positions: readonly Position[] | undefined;
  readonly working: Page<Order> | undefined;
}) {
  const known = accounts.length > 0;
  const equity = known ? sum(accounts.map((account) => account.equity)) : null;
  const day = known ? sum(accounts.map(({ dayPnl }) => dayPnl ?? '0')) : null;
  const pnl = known ? sum(accounts.map((account) => account.pnl)) : null;
  const exposure = known ? sum(accounts.map(({ grossExposure }) => grossExposure)) : null;
  const open = sum(positions.map(({ unrealizedPnl }) => unrealizedPnl ?? '0'));
  const realized = pnl === null || open === null ? null : minus(pnl, open);
  const days = [
    ...new Set(accounts.map(({ tradingDay }) => tradingDay).filter((text) => text !== null)),
  ].sort();
  const before = equity === null || day === null ? null : minus(equity, day);
  return (
    <Figures
      of={[
        {
          name: 'Equity',
          value: money(equity),
          note:
            pnl === null ? null : (
              <>
                since the start <Amount of={pnl} />
              </>
            ),
        },
        {
          name: "Day's P&L",
          value: <Amount of={day} />,
          note: (
            <>
              <Change of={signedShare(day, before)} /> on {days.at(-1) ?? NONE}
            </>
          ),
        },
        {
          name: 'Open P&L',
          value: <Amount of={known ? open : null} />,
          note: (
            <>
              realised <Amount of={realized} />
            </>
          ),
        },
        {
          name: 'Exposure',
          value: money(exposure),
          note: `${percent(share(exposure, equity), { digits: 1 })} of equity`,
        },
        {
          name: 'Working orders',
          value:
            working === undefined
              ? NONE
              : `${count(working.data.length)}${working.nextCursor === null ? '' : '+'}`,
          note: `${count(positions.length)} ${positions.length === 1 ? 'position' : 'positions'}`,
        },
      ]}
    />
  );
}

function signedShare(part: string | null, whole: string | null): string | null {
  const size = share(part, whole);
  return size !== null && tone(part) === 'loss' ? `-${size}` : size;
}
