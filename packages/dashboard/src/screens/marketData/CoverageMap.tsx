import { Scroller } from '../../components/Scroller';
import type { CalendarYear } from './coverage';

const CELL = 11;
const STEP = 13;
const LEFT = 40;

/** A year as a calendar: the darker a day, the more bars it has; a framed weekday has none. */
export function CoverageMap({ year: { year, days, covered, missing } }: { readonly year: CalendarYear }) {
  const rows = days.some(({ weekday, bars }) => weekday > 4 && bars > 0) ? 7 : 5;
  const label = `${year}: ${covered} days with bars, ${missing} weekdays without`;
  return (
    <Scroller label={label}>
      <svg width={LEFT + 54 * STEP} height={rows * STEP} role="img" aria-label={label}>
        <text x="0" y="14" fill="var(--text)" font-size="12.5" font-weight="600">
          {year}
        </text>
        <text x="0" y="32" fill="var(--muted)" font-size="11.5">
          {covered}
        </text>
        {days
          .filter((day) => day.bars > 0 || day.missing)
          .map((day) => (
            <rect
              key={day.date}
              x={LEFT + day.week * STEP}
              y={day.weekday * STEP}
              width={CELL}
              height={CELL}
              rx="2"
              fill={day.missing ? 'none' : 'var(--accent)'}
              stroke={day.missing ? 'var(--warn)' : 'none'}
              fill-opacity={day.missing ? 1 : 0.25 + 0.6 * day.part}
            >
              <title>{`${day.date}: ${day.bars} ${day.bars === 1 ? 'bar' : 'bars'}`}</title>
            </rect>
          ))}
      </svg>
    </Scroller>
  );
}
