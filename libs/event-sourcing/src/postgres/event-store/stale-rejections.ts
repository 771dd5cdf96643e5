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

/**
 * One process takes seats and is told so; the other, whose cache has the ticket as it was, is then asked to confirm what was acknowledged, and rejects
 * where it does not see it. Returns how often it rejected: each time is a decision on a version older than one that was acknowledged.
 */
export async function staleRejections(
  url: string,
  rounds: number,
  options: { readonly other?: TestingStoreOptions } = {},
): Promise<number> {
  const one = await openProcess(url);
  const other = await openProcess(url, options.other);
  const id = uuidv7();
  await one.tickets.create(id, (ticket) => ticket.open(1_000_000));
  let stale = 0;
  for (let round = 0; round < rounds; round++) {
    const by = `taker-${round}`;
    await one.tickets.update(id, (ticket) => ticket.take(by));
    const asked = Array.from({ length: 3 }, () => told(other.tickets.update(id, (ticket) => demandTaken(ticket, by))));
    stale += (await Promise.all(asked)).filter((answer) => answer !== 'ok').length;
  }
  await one.close();
  await other.close();
  return stale;
}

function demandTaken(ticket: Ticket, by: string): void {
  if (!ticket.takenBy.includes(by)) throw new Error(`not taken by ${by}`);
}
