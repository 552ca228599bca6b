import { z } from 'zod';

/** A decimal as text, never a JavaScript number: `-12.5`. */
export const decimalText = z.string().regex(/^-?\d{1,20}(\.\d{1,8})?$/, 'must be a decimal number as text');

/** A moment in UTC, ISO 8601 with `Z`. */
export const utcTime = z.iso.datetime();

/** A trading date in New York, `YYYY-MM-DD`. */
export const dateText = z.iso.date();

export const symbol = z.string().min(1).max(20);
export const accountId = z.string().min(1).max(50);
/** Identifiers that we make: orders, signals, strategies, trades. */
export const ownId = z.string().min(1).max(100);
export const dataSource = z.string().min(1).max(20);
/** How many rows. */
export const rowCount = z.number().int().nonnegative();
