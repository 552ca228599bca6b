import { Card } from '../../components/Card';
import { Shown } from '../../components/states';
import type { Account, Page, Position } from '../../data/answers';
import { BOOKS } from '../../data/eventTypes';
import { useAnswer } from '../../data/query';
import { place, setQuery } from '../../navigation/route';
import { accountFilter } from '../../shell/account';
import { PositionPage } from './PositionPage';
import { PositionsTable } from './PositionsTable';

/** All positions, or one with its price, its fills and how it came to be. */
export function PositionsScreen({
  accountId,
  symbol,
}: {
  readonly accountId: string | undefined;
  readonly symbol: string | undefined;
}) {
  return accountId !== undefined && symbol !== undefined ? (
    <PositionPage accountId={accountId} symbol={symbol} />
  ) : (
    <AllPositions />
  );
}

function AllPositions() {
  const flat = place.value.query.flat === 'true';
  const positions = useAnswer<Page<Position>>(
    '/v1/positions',
    { ...accountFilter(), flat: String(flat), limit: 500 },
    BOOKS,
  );
  const accounts = useAnswer<Page<Account>>('/v1/accounts', { limit: 500 }, BOOKS);
  return (
    <Card
      title={flat ? 'Positions, closed ones too' : 'Positions'}
      aside={
        <label class="row">
          <input
            type="checkbox"
            checked={flat}
            onChange={(event) => setQuery({ flat: event.currentTarget.checked ? 'true' : undefined })}
          />
          Closed ones too
        </label>
      }
    >
      <Shown answer={positions}>
        {({ data }) => <PositionsTable positions={data} accounts={accounts.data?.data ?? []} />}
      </Shown>
    </Card>
  );
}
