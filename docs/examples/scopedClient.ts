import { createExecutionClient } from '@trading/execution';

async function main(): Promise<void> {
  // `npx trading status --secrets` shows the URL of each service's role.
  const execution = createExecutionClient({ url: process.env.EXECUTION_DATABASE_URL ?? '' });
  const working = await execution.order.findMany({
    where: { status: { in: ['submitted', 'partially_filled'] } },
  });
  console.log(`${working.length} orders are working`);
  await execution.$disconnect();
}

void main();
