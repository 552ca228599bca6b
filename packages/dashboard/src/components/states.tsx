import type { ComponentChildren } from 'preact';
import type { ApiError } from '../data/apiError';
import type { Answer } from '../data/query';

/** Nothing is there: why, and what to do about it. */
export function Nothing({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="nothing">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Something failed: what, and a way to try again. */
export function Trouble({ error, again }: { readonly error: ApiError; readonly again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>
        {error.message} <code>{error.code}</code>
      </p>
      {again === undefined ? null : (
        <button type="button" class="button small" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Grey lines where an answer will stand, of about its height, so that nothing jumps when it comes. */
export function Waiting({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div class="inside stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="waiting" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** An answer once it is there; before, that it is waited for; else, why it did not come. Old data stays, with the error above. */
export function Shown<Data>({
  answer,
  lines,
  children,
}: {
  readonly answer: Answer<Data> & { readonly reload: () => void };
  readonly lines?: number;
  readonly children: (data: Data) => ComponentChildren;
}) {
  const { data, error, reload } = answer;
  return (
    <>
      {error === undefined ? null : (
        <div class="inside">
          <Trouble error={error} again={reload} />
        </div>
      )}
      {data !== undefined ? (
        children(data)
      ) : error === undefined ? (
        <Waiting {...(lines === undefined ? {} : { lines })} />
      ) : null}
    </>
  );
}
