import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparePositions, type LogPosition } from './logPosition';
import { entryId, entryPosition } from './redis/keys';

const number = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const position: fc.Arbitrary<LogPosition> = fc.record({ xid: number, id: number });

test('positions are ordered by transaction, then by number, and never both ways', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      expect(Math.sign(comparePositions(a, b))).toBe(0 - Math.sign(comparePositions(b, a)));
      if (a.xid < b.xid) expect(comparePositions(a, b)).toBeLessThan(0);
      if (a.xid === b.xid && a.id < b.id) expect(comparePositions(a, b)).toBeLessThan(0);
      expect(comparePositions(a, { ...a })).toBe(0);
    }),
  );
});

test('a position survives being an entry id', () => {
  fc.assert(fc.property(position, (one) => expect(entryPosition(entryId(one))).toEqual(one)));
});
