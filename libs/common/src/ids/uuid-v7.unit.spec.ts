import * as fc from 'fast-check';
import { isUuid, uuidv7, UuidV7Generator } from './uuid-v7.js';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('UuidV7Generator', () => {
  it('writes version, variant and the time', () => {
    const id = new UuidV7Generator(() => Date.UTC(2026, 0, 1)).next();
    expect(id).toMatch(V7);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1));
  });

  it('ascends strictly whatever the clock does', () => {
    const steps = fc.array(fc.record({ clock: fc.integer({ min: -50, max: 50 }), ids: fc.integer({ min: 1, max: 3000 }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, (moves) => {
        let now = Date.UTC(2026, 0, 1);
        const ids = new UuidV7Generator(() => now);
        let last = '';
        for (const move of moves) {
          now += move.clock;
          for (let count = 0; count < move.ids; count++) {
            const id = ids.next();
            if (!(id > last) || !V7.test(id)) throw new Error(`${id} after ${last}`);
            last = id;
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('goes ahead of a clock that stands still, when its counter runs over', () => {
    const ids = new UuidV7Generator(() => 1000);
    const given = Array.from({ length: 20_000 }, () => ids.next());
    expect([...given].sort()).toEqual(given);
    expect(new Set(given).size).toBe(20_000);
  });
});

describe('uuidv7', () => {
  it('ascends within the process', () => {
    const given = Array.from({ length: 50_000 }, uuidv7);
    expect(given.every((id, index) => index === 0 || id > (given[index - 1] ?? ''))).toBe(true);
  });
});

describe('isUuid', () => {
  it.each([
    ['0190a3c2-7b1e-7000-8000-000000000001', true],
    ['0190A3C2-7B1E-4000-8000-000000000001', true],
    ['0190a3c2-7b1e-7000-8000-00000000000', false],
    ['0190a3c27b1e70008000000000000001', false],
    ['0190a3c2-7b1e-7000-8000-00000000000g', false],
    [7, false],
    [undefined, false],
  ])('%s: %s', (value, expected) => {
    expect(isUuid(value)).toBe(expected);
  });
});
