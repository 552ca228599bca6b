import { type DecimalText, money, percent, tone } from '../format/decimal';

/** A gain or a loss, in its colour and with its sign. */
export function Amount({ of }: { readonly of: DecimalText | null | undefined }) {
  return <span class={`number ${tone(of)}`}>{money(of, { signed: true })}</span>;
}

/** The same as a fraction. */
export function Change({ of }: { readonly of: DecimalText | null | undefined }) {
  return <span class={`number ${tone(of)}`}>{percent(of, { signed: true })}</span>;
}
