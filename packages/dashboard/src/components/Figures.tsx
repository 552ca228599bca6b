import type { ComponentChildren } from 'preact';

/** A figure with its name, and what it is measured by. */
export interface Figure {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** Figures in a row. */
export function Figures({ of }: { readonly of: readonly Figure[] }) {
  return (
    <dl class="card figures">
      {of.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="value">{value}</dd>
          <dd class="note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
