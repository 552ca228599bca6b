import { NONE } from '../format/decimal';
import { time } from '../format/time';

/** A moment in UTC, to the second; a phone shows the clock below the date. */
export function Moment({ of }: { readonly of: string | null | undefined }) {
  if (of === null || of === undefined) return <>{NONE}</>;
  const [date, clock] = time(of).split(' ');
  return (
    <time class="moment" dateTime={of}>
      {date} <span>{clock}</span>
    </time>
  );
}
