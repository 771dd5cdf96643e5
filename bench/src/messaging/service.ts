import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { CheckpointWriter, CommitHints, StreamChangeWriter } from '@minos/event-sourcing';
import {
  InboxWriter,
  OutboxWriter,
  ParkedWriter,
  PartitionWriter,
  PostgresInboxStore,
  PostgresParkedStore,
  PostgresSuspectStore,
  type ConsumerPorts,
} from '@minos/messaging';
import { ChangeWriterRegistry, Database, GroupCommitter, LeaseFenceWriter } from '@minos/postgres';
import { openBroker } from './brokers.js';
import type { BrokerPlace } from './places.js';

/** A service's database with all writers, and its broker: the defaults of every option, no container. */
export function openService(url: string, place: BrokerPlace) {
  const clock = new SystemClock();
  const hints = new CommitHints();
  const database = new Database({ connectionString: url });
  const writers = new ChangeWriterRegistry([
    ...[new LeaseFenceWriter(), new OutboxWriter(), new InboxWriter(), new PartitionWriter(), new ParkedWriter()],
    ...[new StreamChangeWriter(), new CheckpointWriter()],
  ]);
  const committer = new GroupCommitter({ database, writers, clock, onCommitted: () => hints.hint() });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const opened = openBroker(place);
  const { broker } = opened;
  const inbox = new PostgresInboxStore(database);
  const suspects = new PostgresSuspectStore(database);
  const parked = new PostgresParkedStore(database);
  const ports: ConsumerPorts = { broker, inbox, suspects, parked, unitOfWork, clock };
  const close = async (): Promise<void> => {
    await opened.close();
    await committer.close();
    await database.close();
  };
  return { clock, hints, database, committer, unitOfWork, broker, ports, close };
}
