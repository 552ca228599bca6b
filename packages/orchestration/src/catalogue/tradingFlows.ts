import { type CatalogueFlow, found, sessionFlow } from './catalogueFlow';
import type { OpenFlowServices } from './flowServices';
import { serviceTask } from './serviceTask';

/** Signals, orders, positions, and whether the books agree. */
export function tradingFlows(open: OpenFlowServices): CatalogueFlow[] {
  return [
    sessionFlow(open, {
      name: 'run_strategies',
      description:
        'Lets the active strategies see the new bars, and everything that follows from their signals happen.',
      cron: '30 19 * * 1-5',
      run: async (services, run, date) => {
        const strategies = await services.strategies.active();
        const handled = await serviceTask('handle_events', () => services.events.drain())(run, date);
        run.log.info(`${handled} events handled for ${strategies.length} active strategies`);
        return { date, strategies: [...strategies], eventsHandled: handled };
      },
    }),
    sessionFlow(open, {
      name: 'manage_orders',
      description: 'Cancels orders that were good for a day that is over.',
      cron: '20 9 * * 1-5',
      run: async (services, run, date) => {
        const expired = await services.orders.expired(date);
        for (const orderId of expired) {
          const cancel = serviceTask('cancel_order', async () => {
            await services.orders.cancel(orderId, `Its day was over on ${date}`);
            return orderId;
          });
          await cancel(run, orderId);
        }
        return { date, cancelled: [...expired] };
      },
    }),
    sessionFlow(open, {
      name: 'update_positions',
      description: 'Handles the fills and marks that wait, and tells what is held.',
      cron: '45 19 * * 1-5',
      run: async (services, run, date) => {
        const handled = await services.events.drain();
        const positions = await services.orders.positions();
        await run.artifacts.table(
          'positions',
          positions.map((position) => ({ ...position })),
          `Positions after ${date}`,
        );
        return { date, eventsHandled: handled, positions: positions.length };
      },
    }),
    sessionFlow(open, {
      name: 'reconcile_trades',
      description:
        "Compares our books with the remote broker's, and with what follows from the trades; fails on any difference.",
      cron: '0 20 * * 1-5',
      retries: 0,
      run: async (services, run, date) => {
        const differences = await services.orders.reconcile();
        await run.artifacts.markdown(
          'reconciliation',
          differences.length === 0
            ? `All agrees after ${date}.`
            : differences.map((line) => `- ${line}`).join('\n'),
        );
        if (differences.length > 0)
          throw found('FLOW.BOOKS_DIFFER', `${differences.length} differences`, differences);
        return { date, differences: 0 };
      },
    }),
  ];
}
