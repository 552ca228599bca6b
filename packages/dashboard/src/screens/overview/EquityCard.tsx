import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { LineChart } from '../../charts/LineChart';
import { Card } from '../../components/Card';
import { Segments } from '../../components/Segments';
import { Nothing, Shown } from '../../components/states';
import type { EquityCurves } from '../../data/answers';
import { lastOf, sumCurves } from '../../data/curves';
import { useAnswer } from '../../data/query';
import { accountFilter } from '../../shell/account';

const PERIODS = [
  ['3m', '3 months'],
  ['1y', '1 year'],
  ['all', 'All'],
] as const;
type Period = (typeof PERIODS)[number][0];
/** In trading days. */
const LENGTHS: Readonly<Record<Period, number | undefined>> = { '3m': 63, '1y': 252, all: undefined };

const period = signal<Period>('1y');
const HEIGHT = 250;

/** Equity by trading date, of all strategies that are shown together. */
export function EquityCard() {
  const answer = useAnswer<EquityCurves>('/v1/equity-curves', accountFilter(), ['performance_updated']);
  return (
    <Card
      title="Equity"
      padded
      aside={
        <Segments
          label="Period"
          choices={PERIODS}
          chosen={period.value}
          choose={(chosen) => {
            period.value = chosen;
          }}
        />
      }
    >
      <div style={{ minHeight: `${HEIGHT + 22}px` }}>
        <Shown answer={answer}>{(data) => <Equity answer={data} />}</Shown>
      </div>
    </Card>
  );
}

function Equity({ answer }: { readonly answer: EquityCurves }) {
  const length = LENGTHS[period.value];
  const curve = useMemo(() => lastOf(sumCurves(answer.curves), length), [answer, length]);
  const lines = useMemo(() => [{ name: 'Equity', values: curve.equity }], [curve]);
  if (curve.dates.length === 0)
    return (
      <Nothing title="No equity yet">
        It is computed at the end of each trading day that a strategy trades.
      </Nothing>
    );
  return <LineChart dates={curve.dates} lines={lines} height={HEIGHT} label="Equity by trading date" />;
}
