import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { Nothing } from '../components/states';

/** A screen that fails leaves the frame standing: with it the other screens, and the way to stop trading. */
export function Guarded({ children }: { readonly children: ComponentChildren }) {
  const [error, again] = useErrorBoundary((reason: unknown) => console.error(reason));
  if (error === undefined) return <>{children}</>;
  return (
    <Nothing title="This page failed">
      <p>{error instanceof Error ? error.message : String(error)}. The other pages still work.</p>
      <button type="button" class="button" onClick={again}>
        Try again
      </button>
    </Nothing>
  );
}
