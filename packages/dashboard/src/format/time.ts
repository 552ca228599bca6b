/** Times are UTC everywhere, and say so: a desk compares them with those of brokers and logs. */

import { NONE } from './decimal';

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** `2024-03-01 14:30:05`, UTC. */
export function time(text: string | null | undefined): string {
  return text === null || text === undefined
    ? NONE
    : new Date(text).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2024-03-01`, UTC. */
export function date(text: string | null | undefined): string {
  return text === null || text === undefined ? NONE : text.slice(0, 10);
}

/** `14:30:05`, UTC. */
export function clock(text: string): string {
  return new Date(text).toISOString().slice(11, 19);
}

/** `3 min ago`; a date where it is more than a month ago. */
export function ago(text: string | null | undefined, now: number): string {
  if (text === null || text === undefined) return NONE;
  const seconds = Math.round((now - Date.parse(text)) / 1000);
  if (seconds < 45) return seconds < -45 ? date(text) : 'just now';
  if (seconds > 30 * 86_400) return date(text);
  const [size, name] = UNITS.find(([least]) => seconds >= least) ?? [60, 'min'];
  return `${Math.max(1, Math.round(seconds / size))} ${name} ago`;
}

/** A duration in the unit that fits: `5 days`, `30 s`. */
export function duration(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 0) return seconds === 86_400 ? '1 day' : `${seconds / 86_400} days`;
  if (seconds % 3_600 === 0 && seconds > 0) return `${seconds / 3_600} h`;
  if (seconds % 60 === 0 && seconds > 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
