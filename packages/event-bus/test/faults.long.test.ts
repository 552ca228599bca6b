import { afterEach, describe, expect, test } from '@jest/globals';
import { BusUnderFaults, type ConsumerPlan } from './faults/busUnderFaults';

let bus: BusUnderFaults | undefined;

afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

const RUNS = 200;
const FAULTLESS = { lost: 0, doubled: 0, reordered: 0 };

test(
  `${RUNS} runs with a fault each: every committed event has its effect exactly once in each group, in key order`,
  async () => {
    bus = await BusUnderFaults.start(
      [
        { service: 'strategy', concurrency: 1 },
        { service: 'risk', concurrency: 4, inbox: true },
        { service: 'risk', concurrency: 4, inbox: true },
        { service: 'analytics', concurrency: 1 },
        { service: 'logging', concurrency: 1, batched: true },
      ],
      { relays: 2 },
    );
    const faults = new Map<string, number>();
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const { fault, verdict } = await bus.run(seed);
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
      expect({ seed, fault, ...verdict }).toMatchObject(FAULTLESS);
    }
    // The runs prove something only if programs really died, in many places.
    expect(bus.deaths).toBeGreaterThan(RUNS / 8);
    expect(faults.size).toBeGreaterThan(12);
    await bus.streamHoldsTheLog();
  },
  30 * 60_000,
);

describe('the harness catches', () => {
  const specimens: [string, ConsumerPlan, 'lost' | 'doubled' | 'reordered'][] = [
    [
      'a reader that goes by the number alone',
      { service: 'strategy', concurrency: 1, broken: 'id beyond cursor' },
      'lost',
    ],
    [
      'a consumer that acknowledges first',
      { service: 'strategy', concurrency: 1, broken: 'acknowledges first' },
      'lost',
    ],
  ];

  test.each(specimens)('%s', async (_what, plan, damage) => {
    bus = await BusUnderFaults.start([plan]);
    let found = 0;
    for (let seed = 1; seed <= 40 && found === 0; seed += 1) found = (await bus.run(seed)).verdict[damage];

    expect(found).toBeGreaterThan(0);
  });
});
