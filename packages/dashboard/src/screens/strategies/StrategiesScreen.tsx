import { Card } from '../../components/Card';
import { Moment } from '../../components/Moment';
import { Nothing, Shown } from '../../components/states';
import { Table } from '../../components/Table';
import { Tag } from '../../components/Tag';
import type { Page, Strategy } from '../../data/answers';
import { useAnswer } from '../../data/query';
import { NONE } from '../../format/decimal';
import { hrefOf } from '../../navigation/place';
import { accountFilter } from '../../shell/account';
import { parametersOf } from './parameters';
import { StateButtons } from './StateButtons';
import { StrategyPage } from './StrategyPage';

/** All strategies, or one. */
export function StrategiesScreen({ strategyId }: { readonly strategyId: string | undefined }) {
  return strategyId === undefined ? <AllStrategies /> : <StrategyPage strategyId={strategyId} />;
}

function AllStrategies() {
  const answer = useAnswer<Page<Strategy>>('/v1/strategies', { ...accountFilter(), limit: 500 }, [
    'signal_generated',
  ]);
  return (
    <Card title="Strategies">
      <Shown answer={answer}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing title="There is no strategy yet">
              <code>npx trading strategies add trend --kind moving_average_crossover …</code> stores one.
            </Nothing>
          ) : (
            <Table
              label="Strategies"
              rows={data}
              idOf={({ strategyId }) => strategyId}
              columns={[
                {
                  title: 'Strategy',
                  cell: (strategy) => (
                    <>
                      <a href={hrefOf(['strategies', strategy.strategyId])}>{strategy.strategyId}</a>
                      <span class="sub">{strategy.name}</span>
                    </>
                  ),
                },
                { title: 'State', cell: ({ status }) => <Tag of={status} /> },
                { title: 'Account', cell: ({ accountId }) => accountId ?? NONE, wide: true },
                { title: 'Symbols', cell: (strategy) => parametersOf(strategy).symbols.join(', ') },
                {
                  title: 'Kind',
                  cell: (strategy) => parametersOf(strategy).kind.replaceAll('_', ' '),
                  wide: true,
                },
                { title: 'Version', cell: ({ version }) => version ?? NONE, number: true, wide: true },
                {
                  title: 'Changed (UTC)',
                  cell: ({ updatedAt }) => <Moment of={updatedAt} />,
                  wide: true,
                },
                { title: 'Change it', cell: (strategy) => <StateButtons strategy={strategy} /> },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}
