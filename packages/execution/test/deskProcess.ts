import { createServicePool } from '@trading/database';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';
import { createAlpacaBroker, createBrokerDesk, type DeskStep } from '../src';

/** A broker desk in a process of its own, that dies where it is told to: `node ... deskProcess.ts <url> <rest> <step>`. */
async function main([url = '', baseUrl = '', killAt = '']: string[]): Promise<void> {
  await using pool = createServicePool({ url, service: 'execution', max: 2 });
  const desk = createBrokerDesk({
    pool,
    accountId: 'A',
    risk: createPreTradeRisk(),
    riskEvents: createRiskEvents(),
    broker: createAlpacaBroker({ keyId: 'key', secret: 'secret', baseUrl }),
    onStep(step: DeskStep) {
      if (step === killAt) process.kill(process.pid, 'SIGKILL');
    },
  });
  await desk.submitPending();
  await desk.reconcile();
}

void main(process.argv.slice(2));
