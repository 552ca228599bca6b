import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A part of a page with a heading of its own. */
export function Card({
  title,
  aside,
  foot,
  padded = false,
  children,
}: {
  readonly title: string;
  /** At the end of the heading: filters, buttons. */
  readonly aside?: ComponentChildren;
  readonly foot?: ComponentChildren;
  readonly padded?: boolean;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span class="spacer" />
        {aside}
      </header>
      {padded ? <div class="inside">{children}</div> : children}
      {foot === undefined ? null : <footer>{foot}</footer>}
    </section>
  );
}
