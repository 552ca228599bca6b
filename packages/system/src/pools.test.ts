import { expect, test } from '@jest/globals';
import { poolMax, SERVICE_NAMES, type ServiceName } from '@trading/database';
import { openPools } from './pools';

test('the pools may hold what the connection budget counts, and no more', async () => {
  const urls = Object.fromEntries(
    SERVICE_NAMES.map((service) => [service, 'postgresql://127.0.0.1:1/trading_system']),
  ) as Record<ServiceName, string>;
  await using pools = openPools(urls);
  const budget = SERVICE_NAMES.map((service) => [service, poolMax(service)]);
  expect(SERVICE_NAMES.map((service) => [service, pools[service].figures().max])).toEqual(budget);
});
