import { LimitBar } from '../../components/LimitBar';
import { Nothing } from '../../components/states';
import { limitWords } from '../risk/limitNames';
import { decisionOf } from './checks';

/** What risk checked when it decided on an order: each limit as a bar to its bound, and what else it kept. */
export function Decision({ details }: { readonly details: unknown }) {
  const { checks, rest } = decisionOf(details);
  if (checks.length === 0 && rest.length === 0) return <Nothing title="Nothing is kept of it" />;
  return (
    <>
      {checks.map(({ limitType, bound, value }) => {
        const { name, show } = limitWords(limitType);
        return <LimitBar key={limitType} name={name} value={value} bound={bound} show={show} />;
      })}
      {rest.length === 0 ? null : (
        <dl class="pairs">
          {rest.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Whether risk would let an order pass, and why not. */
export function Verdict({ allowed, reason }: { readonly allowed: boolean; readonly reason: string | null }) {
  return (
    <p class={allowed ? 'well' : 'trouble'} role="status">
      {allowed
        ? 'Risk lets this order pass as things stand.'
        : `Risk says no: ${(reason ?? 'no reason given').replace(/^denied: /, '')}`}
    </p>
  );
}
