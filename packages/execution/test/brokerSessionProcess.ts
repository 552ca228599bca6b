import { createServicePool } from '@trading/database';
import { type BrokerSessionStep, createAlpacaBroker, createBrokerSession } from '../src';

/**
 * A broker session in a process of its own, that dies where it is told to: `node ... brokerSessionProcess.ts <url> <rest> <stream> <step>`.
 * Without a stream it hands over what waits, reconciles and ends; with one it says `listening` once it hears the broker,
 * and goes on until it dies.
 */
async function main([url = '', baseUrl = '', streamUrl = '', killAt = '']: string[]): Promise<void> {
  await using pool = createServicePool({ url, service: 'execution', max: 2, waitMs: 3_600_000 });
  let said = false;
  const brokerSession = createBrokerSession({
    pool,
    accountId: 'A',
    // However long a process is kept waiting, none gives the other up, and nothing but the messages makes it reconcile.
    broker: createAlpacaBroker({
      keyId: 'key',
      secret: 'secret',
      baseUrl,
      streamUrl,
      timeoutMs: 0,
      pingEveryMs: 0,
    }),
    submitEveryMs: 20,
    reconcileEveryMs: 3_600_000,
    onStep(step: BrokerSessionStep) {
      if (step === 'after reconcile' && streamUrl !== '' && !said) {
        said = true;
        process.stdout.write('listening\n');
      }
      if (step === killAt) process.kill(process.pid, 'SIGKILL');
    },
  });
  if (streamUrl !== '') {
    await brokerSession.start();
    await new Promise(() => {});
  }
  await brokerSession.submitPending();
  await brokerSession.reconcile();
}

void main(process.argv.slice(2));
