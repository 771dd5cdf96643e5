import { MessageRegistry, uuidv7 } from '@minos/common';
import { AggregateRepository } from '../../repository/aggregate-repository.js';
import { EventSerializer } from '../../serializer/event-serializer.js';
import { Ticket } from '../../testing/fixtures/ticket.js';
import { openStore, type TestingStoreOptions } from '../testing-store.js';
import { told } from './commit-fault-kit.js';

/** One process of a service: a store on the shared database, with a repository and a cache of its own. */
export async function openProcess(url: string, options: TestingStoreOptions = {}) {
  const opened = await openStore(url, options);
  const serializer = new EventSerializer({ registry: new MessageRegistry() });
  const tickets = new AggregateRepository(Ticket, { store: opened.store, unitOfWork: opened.unitOfWork, serializer });
  return { ...opened, tickets };
}

export type Process = Awaited<ReturnType<typeof openProcess>>;

/** Asks a process to confirm that a seat of a ticket is taken; resolves with what it is told. */
export type Confirm = (id: string, by: string) => Promise<string>;

export function confirmIn(process: Process): Confirm {
  return (id, by) =>
    told(
      process.tickets.update(id, (ticket) => {
        if (!ticket.takenBy.includes(by)) throw new Error(`not taken by ${by}`);
      }),
    );
}

/**
 * One process takes seats and is told so; another, whose cache has the ticket as it was, is then asked to confirm what was acknowledged, and rejects
 * where it does not see it. Returns how often it rejected: each time is a decision on a version older than one that was acknowledged.
 */
export async function staleRejections(one: Process, confirm: Confirm, rounds: number): Promise<number> {
  const id = uuidv7();
  await one.tickets.create(id, (ticket) => ticket.open(1_000_000));
  let stale = 0;
  for (let round = 0; round < rounds; round++) {
    const by = `taker-${round}`;
    await one.tickets.update(id, (ticket) => ticket.take(by));
    const answers = await Promise.all([confirm(id, by), confirm(id, by), confirm(id, by)]);
    stale += answers.filter((answer) => answer !== 'ok').length;
  }
  return stale;
}
