import { performance } from 'node:perf_hooks';
import { median } from '../result';

/** One way to book a fill in a transaction of its own, with and without publishing it. */
export interface Booking extends AsyncDisposable {
  /** Makes so many fills possible; not part of what is measured. */
  prepare(fills: number): Promise<void>;
  book(): Promise<unknown>;
  bookAndPublish(): Promise<unknown>;
}

/** What a transaction takes at the median, ms. */
export interface Overhead {
  readonly booked: number;
  readonly published: number;
}

/** Books fills one after another, in turn with and without publishing, so that what disturbs one disturbs both. */
export async function publishingOverhead(booking: Booking, count: number): Promise<Overhead> {
  await booking.prepare(2 * count);
  const booked: number[] = [];
  const published: number[] = [];
  for (let n = 0; n < count; n += 1) {
    booked.push(await millisecondsOf(booking.book));
    published.push(await millisecondsOf(booking.bookAndPublish));
  }
  return { booked: median(booked), published: median(published) };
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
