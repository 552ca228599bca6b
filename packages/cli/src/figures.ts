import { Decimal } from '@trading/model';

/** An amount with two decimals and thousands apart: `104,561.34`. @param amount  decimal text */
export function money(amount: string): string {
  return new Decimal(amount).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A fraction as a percentage with two decimals. @param fraction  decimal text */
export function percent(fraction: string | null): string {
  return fraction === null ? 'not defined' : `${new Decimal(fraction).mul(100).toFixed(2)} %`;
}

/** A ratio, rounded. @param value  decimal text */
export function ratio(value: string | null, decimals = 2): string {
  return value === null ? 'not defined' : new Decimal(value).toFixed(decimals);
}
