import { type DecimalText, drawn, percent, share } from '../format/decimal';

/** How near a measured value is to its bound. */
export function LimitBar({
  name,
  value,
  bound,
  show,
}: {
  readonly name: string;
  readonly value: DecimalText | null;
  readonly bound: DecimalText;
  readonly show: (value: DecimalText) => string;
}) {
  const used = share(value, bound);
  const part = used === null ? 0 : drawn(used);
  const tone = part >= 1 ? 'bad' : part >= 0.8 ? 'care' : '';
  return (
    <div class="bar">
      <div class="words">
        <span>{name}</span>
        <span class="number muted">
          {value === null ? 'not measured' : show(value)} of {show(bound)}
          {used === null ? '' : ` · ${percent(used, { digits: 0 })}`}
        </span>
      </div>
      <div class="track">
        <div class={`fill ${tone}`} style={{ width: `${Math.min(100, part * 100)}%` }} />
      </div>
    </div>
  );
}
