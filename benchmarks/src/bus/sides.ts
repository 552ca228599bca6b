import type { Side, SideSettings } from './side';

/** Every contender by its name, each loaded only where it is measured. */
export const SIDES: Readonly<Record<string, (settings: SideSettings) => Promise<Side>>> = {
  'raw pub/sub': async (settings) => (await import('./raw.js')).openRawPubSub(settings),
  'raw streams': async (settings) => (await import('./raw.js')).openRawStream(settings),
  BullMQ: async (settings) => (await import('./bullmq.js')).openBullMq(settings),
  'pg-boss': async (settings) => (await import('./pgBoss.js')).openPgBoss(settings),
  'graphile-worker': async (settings) => (await import('./graphileWorker.js')).openGraphileWorker(settings),
  ours: async (settings) => (await import('./ours.js')).openOurs(settings),
  // With a relay beside it, which the parent starts.
  'ours, announced on Redis': async (settings) => (await import('./ours.js')).openOurs(settings),
};
