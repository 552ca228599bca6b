import { describe, expect, it } from '@jest/globals';
import { chainOf } from './chain';

const event = (eventId: string, causationId: string | null) => ({ eventId, causationId });

describe('the chain of an event', () => {
  it('is a tree from the bar to everything that it led to', () => {
    const bar = event('bar', null);
    const signal = event('signal', 'bar');
    const order = event('order', 'signal');
    const fill = event('fill', 'order');
    const position = event('position', 'order');
    expect(chainOf([bar, signal, order, fill, position])).toEqual([
      {
        event: bar,
        caused: [
          {
            event: signal,
            caused: [
              {
                event: order,
                caused: [
                  { event: fill, caused: [] },
                  { event: position, caused: [] },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('begins anew where the cause is not there', () => {
    const order = event('order', 'long gone');
    expect(chainOf([order])).toEqual([{ event: order, caused: [] }]);
  });

  it('has every event once and ends, even of a circle', () => {
    const [a, b] = [event('a', 'b'), event('b', 'a')];
    expect(chainOf([a, b])).toEqual([{ event: a, caused: [{ event: b, caused: [] }] }]);
  });
});
