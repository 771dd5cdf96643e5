import {
  Command,
  type CommandResult,
  type Envelope,
  isRejection,
  messageMetadataOf,
  type MessageMetadata,
  SystemClock,
  uuidv7,
} from '@minos/common';
import { commandBinding, Outbox } from '@minos/messaging';
import { type MessageContext, type MessageHandler, OUTBOX_SLOTS } from '@minos/messaging/contracts';
import { uuidOf } from '../../engine/stable-id.js';
import { sagaExtensions } from '../../resources/acting-saga.js';
import type { ResourceRejection } from '../../resources/resource-rejections.js';
import { Resources } from '../../resources/resources.js';
import { openTestingResources } from './resource-kit.js';

@Command('seat.book', { owner: 'theatre' })
class BookSeats extends Command<{ fences: readonly number[] }, ResourceRejection> {
  constructor(readonly seats: readonly string[]) {
    super();
  }
}

const ALL = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);

let opened: Awaited<ReturnType<typeof openTestingResources>>;
let resources: Resources;
let booking: MessageHandler<object>;
let hints: string[] = [];
beforeAll(async () => {
  opened = await openTestingResources();
  const { store, unitOfWork } = opened;
  resources = new Resources({ store, unitOfWork, onChange: (what) => void hints.push(what) });
  const outbox = new Outbox({ source: 'theatre', clock: new SystemClock() });
  const book = async ({ seats }: BookSeats): Promise<CommandResult<BookSeats>> => {
    const fences: number[] = [];
    for (const seat of seats) fences.push((await resources.reserve(seat)).fence);
    return { fences };
  };
  booking = commandBinding(messageMetadataOf(BookSeats) as MessageMetadata, outbox, (command) => book(command as BookSeats));
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.empty();
  hints = [];
});

/** The id of a saga that has such a name here. */
const idOf = (name: string): string => uuidOf(name);

interface Given {
  readonly age?: number;
  readonly mayHold?: boolean;
}

/** Handles the command of a saga in one unit, as a consumer does. Resolves with the id of the command, and what is kept with its mark. */
async function book(holder: string, seats: readonly string[], { age = 1, mayHold = false }: Given = {}) {
  const id = uuidv7();
  const extensions = { ...sagaExtensions({ holder: idOf(holder), age, mayHold }), answerto: 'order.sagas', answerkey: holder };
  const envelope = { id, type: 'seat.book', source: 'order', data: { seats }, extensions } as unknown as Envelope;
  const kept = await opened.unitOfWork.run((unit) => {
    const context = { consumer: 'theatre.commands', envelope, unit, stored: { key: 'k' }, attempt: 1 } as unknown as MessageContext;
    return booking.handle(Object.assign(Object.create(BookSeats.prototype) as BookSeats, { seats }), context);
  });
  return { id, kept };
}

async function sent(): Promise<readonly { readonly key: string; readonly of: string | undefined; readonly result: unknown }[]> {
  for (let left = true; left;) ({ left } = await opened.schedules.moveDue(100));
  const records = await opened.outbox.unsent(ALL, 100);
  return records.map(({ key, headers, body }) => ({
    key,
    of: headers['ce_causationid'],
    result: (JSON.parse(body) as { result: unknown }).result,
  }));
}

it('answers at once who holds it, and the next one when it is its turn, with the fence that it has then', async () => {
  const first = await book('a', ['seat']);
  expect(first.kept).toMatchObject({ type: 'minos.result' });
  expect(await sent()).toMatchObject([{ key: 'a', of: first.id }]);
  const second = await book('b', ['seat']);
  expect(second.kept).toBeUndefined();
  expect(hints).toEqual(['waiting']);
  expect(await sent()).toHaveLength(1);
  await resources.confirm('seat', { holder: idOf('a') });
  const { fence } = (await resources.holderOf('seat')) ?? {};
  expect(await sent()).toMatchObject([{ key: 'a' }, { key: 'b', of: second.id, result: { fences: [fence] } }]);
  expect(hints).toEqual(['waiting', 'granted']);
});

it('answers once for several things, when the last of them is held', async () => {
  await book('x', ['one'], { age: 5 });
  await book('y', ['three'], { age: 6 });
  const { id } = await book('a', ['one', 'two', 'three']);
  await resources.cancel('three', { holder: idOf('y') });
  expect(await sent()).toHaveLength(2);
  await resources.cancel('one', { holder: idOf('x') });
  expect((await sent()).filter(({ key }) => key === 'a')).toMatchObject([{ of: id }]);
});

it('stores nothing of a handler that was refused one of them', async () => {
  await book('old', ['two']);
  const refused = await book('young', ['one', 'two'], { age: 9 }).catch((error: unknown) => error);
  expect(isRejection(refused, 'resource.busy')).toBe(true);
  expect(await resources.holderOf('one')).toBeUndefined();
  const elsewhere = await book('young', ['two'], { age: 9, mayHold: true }).catch((error: unknown) => error);
  expect(isRejection(elsewhere, 'resource.busy')).toBe(true);
  expect(await resources.line('two')).toEqual([]);
});

it('lets handlers of several things in opposite order end', async () => {
  const rounds = Array.from({ length: 20 }, (_, round) => round);
  const outcomes = await Promise.all(
    rounds.map(async (round) => {
      const seats = round % 2 === 0 ? ['one', 'two', 'three'] : ['three', 'two', 'one'];
      const holder = `h${round}`;
      const outcome = await book(holder, seats, { age: round }).catch((error: unknown) => error);
      if (outcome instanceof Error) return isRejection(outcome, 'resource.busy') ? 'busy' : String(outcome);
      return 'booked';
    }),
  );
  expect(outcomes.filter((outcome) => outcome !== 'busy' && outcome !== 'booked')).toEqual([]);
  expect(outcomes).toContain('booked');
});
