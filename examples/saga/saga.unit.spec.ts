import { until } from '@minos/common/testing';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { describe as describeSaga, type SagaStore, type StoredEntry } from '@minos/saga';
import { SAGA_STORE } from '@minos/saga/module';
import { HotelModule, RailModule, Rooms, Trains } from './participants.js';
import { Booking, TravelModule, type Trip, Trips } from './travel.js';

let system: TestingSystem<'travel' | 'rail' | 'hotel'>;
beforeEach(async () => {
  // #region system
  system = await createTestingSystem({ travel: TravelModule, rail: RailModule, hotel: HotelModule });
  // #endregion
});
afterEach(() => system.close());

const store = (): SagaStore => system.apps.travel.get<SagaStore>(SAGA_STORE);
const trips = (): Trips => system.apps.travel.get<Trips>(Trips);
const takenSeats = (): Promise<readonly string[]> => system.apps.rail.get<Trains>(Trains).taken();
const takenRooms = (): string[] => [...system.apps.hotel.get<Rooms>(Rooms).taken.keys()];

async function book(tripId: string, meanwhile: () => Promise<void> = async () => undefined): Promise<Trip> {
  await trips().book(tripId, 2);
  await meanwhile();
  const ended = async (): Promise<boolean> => (await trips().load(tripId)).status !== 'booked';
  await until(ended, `the end of ${tripId}`);
  const over = async (): Promise<boolean> => (await store().list({}, { limit: 10 })).every(({ endedAt }) => endedAt !== undefined);
  await until(over, 'the end of the saga');
  await system.settled();
  return trips().load(tripId);
}

async function journalOf(position: number): Promise<string[]> {
  const all = await store().list({}, { limit: 10 });
  // #region journal
  const id = all[position]?.instance.id ?? '';
  const entries: readonly StoredEntry[] = await store().journal(id, 0, 100);
  // #endregion
  return entries.map(({ kind, step = '' }) => `${kind} ${step}`.trim());
}

it('books a trip over three services', async () => {
  expect(await book('t-1')).toMatchObject({ status: 'confirmed', price: 160 });
  expect([await takenSeats(), takenRooms()]).toEqual([['t-1'], ['t-1']]);
  expect(system.apps.rail.get<Trains>(Trains).tickets).toEqual(['t-1 1A']);
  expect(await journalOf(0)).toEqual([
    'started',
    ...['sent seat', 'replied seat', 'sent room', 'replied room', 'replied confirm', 'sent ticket', 'replied ticket'],
    'completed',
  ]);
});

it('gives back what it has, the last first, where a later step is refused', async () => {
  system.apps.hotel.get<Rooms>(Rooms).free = 0;
  expect(await book('t-1')).toMatchObject({ status: 'refused', reason: 'No room is left.' });
  expect([await takenSeats(), takenRooms()]).toEqual([[], []]);
  expect(await journalOf(0)).toEqual([
    'started',
    ...['sent seat', 'replied seat', 'sent room', 'rejected room', 'compensating room', 'undo-sent seat', 'undone seat'],
    'compensated',
  ]);
});

it('takes everything back where the trip is withdrawn before the pivot', async () => {
  expect(await book('t-1', () => trips().withdraw('t-1'))).toMatchObject({ status: 'withdrawn' });
  expect([await takenSeats(), takenRooms()]).toEqual([[], []]);
  expect(system.apps.rail.get<Trains>(Trains).tickets).toEqual([]);
});

it('a participant has one seat for a trip, and none for one that was given up before', async () => {
  const trains = system.apps.rail.get<Trains>(Trains);
  expect(await trains.change((train) => [train.reserve('t-9'), train.reserve('t-9')])).toEqual(['1A', '1A']);
  await trains.change((train) => train.release('t-8'));
  await expect(trains.change((train) => train.reserve('t-8'))).rejects.toMatchObject({ code: 'rail.full' });
});

it('is described', () => {
  // #region describe
  const { steps, mermaid } = describeSaga(Booking);
  // #endregion
  expect(steps.map(({ name }) => name)).toEqual(['seat', 'room', 'confirm', 'ticket']);
  expect(mermaid).toContain('seat.reserve → rail');
});
