import { dailyBarStart, endOfDate, isTradingError } from '@trading/model';
import { InvalidArgumentError } from 'commander';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
// Without an offset a time would be read by the clock of whatever machine this runs on.
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads an option: a time with its offset is that moment; a calendar date is whatever `ofDate` makes of it. */
function momentParser(ofDate: (date: string) => Date): (text: string) => Date {
  return (text) => {
    const moment = TIME.test(text) ? new Date(text) : DATE.test(text) ? dated(text, ofDate) : undefined;
    if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
    throw new InvalidArgumentError(
      'It must be a date like 2024-03-01, or a time with its offset like 2024-03-01T14:30:00Z.',
    );
  };
}

function dated(text: string, ofDate: (date: string) => Date): Date | undefined {
  try {
    return ofDate(text);
  } catch (error) {
    if (isTradingError(error, 'MODEL.INVALID_DATE')) return undefined;
    throw error;
  }
}

/** A date is midnight in New York, where a daily bar starts. */
export const tradingDayStart = momentParser(dailyBarStart);

/** A date is the last millisecond of that day in New York: all of its bars and fills are included. */
export const tradingDayEnd = momentParser((date) => new Date(endOfDate(date).getTime() - 1));

/** A date is midnight UTC, where partitions are cut. */
export const utcDayStart = momentParser((date) => {
  dailyBarStart(date);
  return new Date(`${date}T00:00:00Z`);
});

/** A calendar date, `YYYY-MM-DD`, as text. */
export function calendarDate(text: string): string {
  if (DATE.test(text) && dated(text, dailyBarStart) !== undefined) return text;
  throw new InvalidArgumentError('It must be a date like 2024-03-01.');
}
