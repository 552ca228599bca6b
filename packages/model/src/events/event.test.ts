import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { EventData } from './catalogue';
import { eventsDocument } from './describe';
import { createEvent } from './event';

const signal: EventData<'signal_generated'> = {
  signalId: 'S-1',
  strategyId: 'sma',
  accountId: 'A',
  symbol: 'AAPL',
  signal: 'buy',
  strength: '1',
  targetNotional: '90000',
  price: '12.5',
  barTimestamp: '2024-01-02T05:00:00.000Z',
  dataSource: 'yahoo_adjusted',
};

describe('an event', () => {
  it('carries its type, version, key and time, and begins a chain where nothing caused it', () => {
    const occurredAt = new Date('2024-01-02T05:00:00Z');
    const event = createEvent('signal_generated', signal, { service: 'strategy', occurredAt });
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'signal_generated',
      version: 1,
      service: 'strategy',
      key: 'A:AAPL',
      correlationId: event.id,
      causationId: null,
      occurredAt,
      data: signal,
    });
  });

  it('carries on the chain of what caused it', () => {
    const first = createEvent('signal_generated', signal, { service: 'strategy', correlationId: 'chain-1' });
    const second = createEvent('signal_generated', signal, { service: 'strategy', cause: first });
    expect(second).toMatchObject({ correlationId: 'chain-1', causationId: first.id });
  });

  it('is refused where its data does not fit, naming each field', () => {
    const bad = { ...signal, symbol: '', price: '12,5', extra: 1 };
    expect(() => createEvent('signal_generated', bad, { service: 'strategy' })).toThrow(
      /signal_generated version 1 refuses .*symbol: .*price: must be a decimal number as text.*extra/,
    );
  });

  it('is refused from a service that does not publish its type', () => {
    expect(() => createEvent('signal_generated', signal, { service: 'risk' })).toThrow(
      expect.objectContaining({ code: 'EVENTS.WRONG_PUBLISHER' }),
    );
  });

  it('is documented: docs/events.md is what the catalogue says', () => {
    expect(readFileSync(join(__dirname, '../../../../docs/events.md'), 'utf8')).toBe(eventsDocument());
  });
});
