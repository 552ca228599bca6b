import { describe, expect, it } from '@jest/globals';
import type { Worker } from '../client/apiTypes';
import { isCaretaker, livingWorkers } from './workerLife';

const worker = (name: string, secondsAgo: number, interval = 10): Worker => ({
  id: name,
  created: null,
  updated: null,
  name,
  work_pool_id: 'pool',
  last_heartbeat_time: new Date(Date.UTC(2026, 0, 1) - secondsAgo * 1000).toISOString(),
  heartbeat_interval_seconds: interval,
  status: 'ONLINE',
});

describe('which workers live', () => {
  it('is told by their missing heartbeats, each by its own interval', () => {
    const workers = [worker('a', 36), worker('b', 34), worker('c', 100, 30), worker('me', 0)];

    expect([...livingWorkers(workers, 'me')]).toEqual(['b', 'c', 'me']);
  });

  it('is told by the clock of the server, which own heartbeat bears', () => {
    expect([...livingWorkers([worker('a', 3_600), worker('me', 3_600)], 'me')]).toEqual(['a', 'me']);
  });

  it('leaves all of them alive where the own heartbeat is not there yet', () => {
    expect([...livingWorkers([worker('a', 3_600)], 'me')]).toEqual(['me', 'a']);
  });

  it('makes one of them the caretaker', () => {
    const living = new Set(['b', 'c', 'me']);

    expect([...living].filter((name) => isCaretaker(living, name))).toEqual(['b']);
  });
});
