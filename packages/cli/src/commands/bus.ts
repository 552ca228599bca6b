import type { Command } from 'commander';
import { registerDeadLetters } from './bus/deadLetters';
import { registerLag } from './bus/lag';
import { registerReplay } from './bus/replay';
import { registerRetention } from './bus/retention';
import { registerBusStatus } from './bus/status';
import { registerTail } from './bus/tail';

/** `trading bus`: the log of events, and how far everyone has read it. */
export function registerBus(program: Command): void {
  const bus = program.command('bus').summary('the event log: who is behind and why, replay, dead letters');
  for (const register of [
    registerBusStatus,
    registerLag,
    registerTail,
    registerReplay,
    registerDeadLetters,
    registerRetention,
  ])
    register(bus);
}
