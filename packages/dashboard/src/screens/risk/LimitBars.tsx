import { LimitBar } from '../../components/LimitBar';
import { Nothing, Shown } from '../../components/states';
import type { Limits } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { accountFilter } from '../../shell/account';
import { limitWords } from './limitNames';

/** Limits that the monitor measures, as bars to their bound. */
export function LimitBars() {
  const answer = useAnswer<Limits>('/v1/risk/limits', accountFilter(), [
    'position_updated',
    'risk_event_raised',
  ]);
  return (
    <Shown answer={answer} lines={6}>
      {({ limits }) => {
        const measured = limits.filter(({ active, currentValue }) => active && currentValue !== null);
        if (measured.length === 0)
          return (
            <Nothing title="Nothing is measured yet">
              The monitor measures exposure, loss and drawdown once an account holds something.
            </Nothing>
          );
        const several = new Set(measured.map(({ accountId }) => accountId)).size > 1;
        return measured.map(({ accountId, strategyId, limitType, limitValue, currentValue }) => {
          const { name, show } = limitWords(limitType);
          const of = [several ? accountId : undefined, strategyId ?? undefined].filter(Boolean).join(', ');
          return (
            <LimitBar
              key={`${accountId} ${strategyId} ${limitType}`}
              name={of === '' ? name : `${name} · ${of}`}
              value={currentValue}
              bound={limitValue}
              show={show}
            />
          );
        });
      }}
    </Shown>
  );
}
