import type { PlacedChange } from '@minos/postgres';
import { APPEND_EVENTS, GUARD_STREAM } from '../../contracts/event-store.js';
import type { ExpectedVersion } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import { planStreamChanges } from './stream-changes.js';
import type { StreamChange } from './stream-changes.js';

const stream = streamName('lamp', '1');
const event = { id: 'x', type: 'lamp.lit', schemaVersion: 1, data: {}, metadata: {} };
const append = (expectedVersion: ExpectedVersion, count = 1): StreamChange => ({
  kind: APPEND_EVENTS,
  stream,
  expectedVersion,
  events: Array.from({ length: count }, () => event),
});
const guard = (version: number): StreamChange => ({ kind: GUARD_STREAM, stream, version });
const place = (units: readonly (readonly StreamChange[])[]): PlacedChange<StreamChange>[] =>
  units.flatMap((changes, unit) => changes.map((change, ordinal) => ({ change, tenant: '', unitId: `${unit}`, unit, ordinal })));
const plan = (...units: (readonly StreamChange[])[]) => planStreamChanges(place(units));

describe('planStreamChanges', () => {
  it('asks the database about the first change of a stream only, and counts on from there', () => {
    const { checks, appends, refused } = plan([guard(5), append(5, 2)], [guard(7), append(7)], [append('any')]);
    expect(checks.map(({ expected }) => expected)).toEqual([5]);
    expect(appends.map(({ firstVersion }) => firstVersion)).toEqual([6, 8, 9]);
    expect(refused).toEqual([]);
  });

  it('refuses what does not fit behind the change before', () => {
    expect(plan([append(5)], [append(5)]).refused).toEqual([{ unit: 1, ordinal: 0, reason: 'version', detail: { version: 6 } }]);
  });

  it('takes the belief of a unit that only guards for nothing but its own', () => {
    const { checks, refused } = plan([guard(4)], [append(5)], [guard(4)]);
    expect(checks.map(({ expected }) => expected)).toEqual([4, 5]);
    expect(refused.map(({ unit }) => unit)).toEqual([2]);
  });

  it('leaves versions to the database behind an append to any, until a change expects one', () => {
    const { checks, appends, refused } = plan([append('any'), append('any', 2)], [append(5, 2), append('any'), append(8)]);
    expect(checks.map(({ placed, expected }) => [placed.unit, placed.ordinal, expected])).toEqual([
      [0, 0, null],
      [1, 0, 2],
    ]);
    expect(appends.map(({ firstVersion }) => firstVersion)).toEqual([null, null, 6, 8, 9]);
    expect(refused).toEqual([]);
  });

  it('refuses behind an append to any what expects fewer events than were appended', () => {
    expect(plan([append('any', 2), append(1)]).refused).toEqual([{ unit: 0, ordinal: 1, reason: 'version', detail: { version: null } }]);
  });

  it('takes the belief of a guard behind an append to any for nothing but its own', () => {
    const { checks, appends } = plan([append('any')], [guard(3)], [append('any')]);
    expect(checks.map(({ expected }) => expected)).toEqual([null, 2]);
    expect(appends.map(({ firstVersion }) => firstVersion)).toEqual([null, null]);
  });
});
