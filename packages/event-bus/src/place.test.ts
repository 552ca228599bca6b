import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparePlaces, type Place } from './place';
import { entryId, entryPlace } from './redis/keys';

const number = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const place: fc.Arbitrary<Place> = fc.record({ xid: number, id: number });

test('places are ordered by transaction, then by number, and never both ways', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(Math.sign(comparePlaces(a, b))).toBe(0 - Math.sign(comparePlaces(b, a)));
      if (a.xid < b.xid) expect(comparePlaces(a, b)).toBeLessThan(0);
      if (a.xid === b.xid && a.id < b.id) expect(comparePlaces(a, b)).toBeLessThan(0);
      expect(comparePlaces(a, { ...a })).toBe(0);
    }),
  );
});

test('a place survives being an entry id', () => {
  fc.assert(fc.property(place, (one) => expect(entryPlace(entryId(one))).toEqual(one)));
});
