import { Rejection } from '@minos/common';
import fc from 'fast-check';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';
import { Ticket } from '../testing/fixtures/ticket.js';

type Kind = 'create' | 'take' | 'look' | 'throw' | 'apply-throw' | 'delete';
interface Step {
  readonly kind: Kind;
  readonly id: string;
  readonly pause: number;
  readonly pinned: boolean;
}

const step = fc.record<Step>({
  kind: fc.constantFrom<Kind>('create', 'create', 'take', 'take', 'take', 'take', 'look', 'throw', 'apply-throw', 'delete'),
  id: fc.constantFrom('a', 'b', 'c'),
  pause: fc.integer({ min: 0, max: 2 }),
  pinned: fc.nat({ max: 9 }).map((chance) => chance === 0),
});

const pause = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

type Parts = ReturnType<typeof createMemoryEventSourcing>;
type Tickets = ReturnType<Parts['repository']> extends never ? never : ReturnType<typeof ticketsOf>;
const ticketsOf = (parts: Parts) => parts.repository(Ticket, { cacheSize: 1 });

function perform(parts: Parts, tickets: Tickets, { kind, id, pause: turns, pinned }: Step, name: string): Promise<unknown> {
  return parts.unitOfWork.run(async (unit) => {
    if (pinned) await unit.pin();
    const decide = async (ticket: Ticket): Promise<unknown> => {
      await pause(turns);
      if (kind === 'look') return ticket.seatsLeft;
      if (kind === 'throw') throw new Rejection('no', String(ticket.seatsLeft));
      const left = ticket.take(name);
      if (kind === 'apply-throw') throw new Rejection('applied', String(left));
      return left;
    };
    if (kind === 'create') return tickets.create(id, (ticket) => ticket.open(3));
    return kind === 'delete' ? tickets.delete(id) : tickets.update(id, decide);
  });
}

/** What the same step does when nothing else happens: the model. */
function expected(state: Map<string, { left: number; takers: string[] } | 'deleted'>, { kind, id }: Step, name: string): string {
  const found = state.get(id);
  if (found === 'deleted') return 'AGGREGATE_DELETED';
  if (kind === 'create') {
    if (found) return 'AGGREGATE_ALREADY_EXISTS';
    state.set(id, { left: 3, takers: [] });
    return 'undefined';
  }
  if (!found) return 'AGGREGATE_NOT_FOUND';
  if (kind === 'look') return String(found.left);
  if (kind === 'throw') return `no ${found.left}`;
  if (kind === 'delete') {
    state.set(id, 'deleted');
    return 'undefined';
  }
  if (found.left === 0) return 'ticket.sold-out';
  if (kind === 'apply-throw') return `applied ${found.left - 1}`;
  found.left--;
  found.takers.push(name);
  return String(found.left);
}

const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(String, (error: { code: string; message: string }) =>
    error.code === 'no' || error.code === 'applied' ? `${error.code} ${error.message}` : error.code,
  );

describe('commands that come at once', () => {
  it('end as they would one after the other, in the order of their coming', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const parts = createMemoryEventSourcing();
        const tickets = ticketsOf(parts);
        // A pin waits for the store before the queue is entered, so it would change the order of coming.
        const outcomes = await Promise.all(
          steps.map((one, index) => outcomeOf(perform(parts, tickets, { ...one, pinned: false }, `p${index}`))),
        );
        const model: Parameters<typeof expected>[0] = new Map();
        expect(outcomes).toEqual(steps.map((one, index) => expected(model, one, `p${index}`)));
        for (const [id, state] of model) {
          if (state !== 'deleted') expect((await parts.repository(Ticket).load(id)).takenBy).toEqual(state.takers);
        }
        expect(tickets.memory().used).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('end as in some order, also from two processes and in pinned units', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const parts = createMemoryEventSourcing();
        const processes = [ticketsOf(parts), ticketsOf(parts)] as const;
        const outcomes = await Promise.all(
          steps.map((one, index) => outcomeOf(perform(parts, processes[index % 2] as Tickets, one, `p${index}`))),
        );
        for (const id of ['a', 'b', 'c']) {
          const accepted = steps.flatMap((one, index) =>
            one.id === id && one.kind === 'take' && /^\d$/.test(outcomes[index] ?? '') ? [index] : [],
          );
          const takers = (await parts.store.read(streamName('ticket', id))).slice(1).map(({ data }) => data.by as string);
          expect(new Set(takers)).toEqual(new Set(accepted.map((index) => `p${index}`)));
          expect(takers.map((by) => outcomes[Number(by.slice(1))])).toEqual(takers.map((_, index) => String(2 - index)));
        }
        expect(outcomes.filter((outcome) => outcome === 'CONCURRENCY_CONFLICT')).toEqual([]);
        expect(processes.map((tickets) => tickets.memory().used)).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });

  it('leave a state that a replay gives too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 }),
        async (takers) => {
          const parts = createMemoryEventSourcing();
          const tickets = parts.repository(Ticket);
          await tickets.create('1', (ticket) => ticket.open(takers.length));
          const live: unknown[] = [];
          for (const taker of takers) {
            await tickets.update('1', (ticket) => {
              if (!taker.includes('\0') && (taker as string & { isWellFormed(): boolean }).isWellFormed()) ticket.take(taker);
              live.splice(0, 1, JSON.stringify(ticket));
            });
          }
          const [withSnapshot, whole] = [
            await parts.repository(Ticket).load('1'),
            await parts.repository(Ticket, { snapshots: undefined }).load('1'),
          ];
          expect([JSON.stringify(withSnapshot), JSON.stringify(whole)]).toEqual([live[0], live[0]]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
