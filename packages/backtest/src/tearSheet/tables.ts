import type { ResearchFigures } from '@trading/analytics';
import { escapeHtml, number, percent, table } from './html';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MOST_DRAWDOWNS = 10;
const MOST_ROUND_TRIPS = 500;

/** A heat map of months by year, with each year's return. */
export function monthTable({ months, years }: ResearchFigures): string {
  const byMonth = new Map(months.map(({ period, return: value }) => [period, value]));
  const most = Math.max(...months.map(({ return: value }) => Math.abs(value)), Number.MIN_VALUE);
  const rows = years.map(({ period, return: year }) => [
    period,
    ...MONTHS.map((_, at) => {
      const value = byMonth.get(`${period}-${String(at + 1).padStart(2, '0')}`);
      if (value === undefined) return '';
      const part = Math.round((Math.abs(value) / most) * 60);
      return `<td class="${value < 0 ? 'down' : 'up'}" style="--part:${part}">${percent(value, 1).replace(' %', '')}</td>`;
    }),
    `<td><b>${percent(year, 1)}</b></td>`,
  ]);
  return `${table(['', ...MONTHS, 'Year'], rows, 'months')}<p class="note">In percent.</p>`;
}

/** The deepest falls. */
export function drawdownTable({ drawdowns }: ResearchFigures): string {
  if (drawdowns.length === 0) return '<p class="note">Equity never fell below an earlier high.</p>';
  const rows = drawdowns
    .slice(0, MOST_DRAWDOWNS)
    .map(({ from, valley, recovered, depth, days }) => [
      from ?? 'the start',
      valley,
      recovered ?? 'not yet',
      `<td class="loss">${percent(depth)}</td>`,
      days.toLocaleString('en-US'),
    ]);
  return table(['High', 'Lowest close', 'High again', 'Depth', 'Days'], rows);
}

/** Closed round trips, the latest first. */
export function roundTripRows({ roundTrips }: ResearchFigures): string {
  if (roundTrips.length === 0) return '<p class="note">No round trip was closed in the period.</p>';
  const rows = roundTrips
    .toReversed()
    .slice(0, MOST_ROUND_TRIPS)
    .map((trip) => [
      escapeHtml(trip.symbol),
      trip.side,
      number(trip.quantity.toNumber(), trip.quantity.isInteger() ? 0 : 4),
      trip.opened,
      trip.closed,
      number(trip.entryPrice.toNumber(), 4),
      number(trip.exitPrice.toNumber(), 4),
      `<td class="${trip.pnl.isNegative() ? 'loss' : 'gain'}">${number(trip.pnl.toNumber())}</td>`,
      percent(trip.return),
    ]);
  const more =
    roundTrips.length > MOST_ROUND_TRIPS
      ? `<p class="note">The latest ${MOST_ROUND_TRIPS} of ${roundTrips.length.toLocaleString('en-US')}.</p>`
      : '';
  const headings = ['Symbol', 'Side', 'Quantity', 'Opened', 'Closed', 'Entry', 'Exit', 'P&L', 'Return'];
  return table(headings, rows) + more;
}
