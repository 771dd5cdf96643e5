import { PostgresCheckpointStore, PostgresEventFeed, Subscription } from '@minos/event-sourcing';
import { eventPublisher } from '@minos/event-sourcing/relay';
import { channelsOf, ConsumerPipeline, OutboxRelay, PostgresOutboxStore, PostgresScheduleStore, ScheduleRunner } from '@minos/messaging';
import { PostgresLeases } from '@minos/postgres';
import type { BrokerPlace } from './places.js';
import { openService } from './service.js';

export type IdleCalls = {
  /** Waits so long and returns what of a core the process took meanwhile, in percent. */
  readonly rest: (seconds: number) => Promise<number>;
};

/** A service that has nothing to do: its relay, the consumers of its three channels, the publisher of its events and the runner of its schedules. */
export async function openIdle({ url, broker: place }: { readonly url: string; readonly broker: BrokerPlace }) {
  const service = openService(url, place);
  const { clock, hints, database, broker, unitOfWork } = service;
  const leases = new PostgresLeases(database);
  const { events, commands, answers } = channelsOf('stock');
  const channels = [events, commands, answers];
  await broker.ensureChannels(channels.map((name) => ({ name })));
  const feed = new PostgresEventFeed({ database, clock, hints: [hints] });
  const publisher = new Subscription(eventPublisher({ broker, channel: events, source: 'stock' }), {
    ...{ feed, checkpoints: new PostgresCheckpointStore(database), unitOfWork, clock, leases },
  });
  const running = [
    new OutboxRelay({ store: new PostgresOutboxStore(database), broker, leases, clock }),
    new ScheduleRunner({ store: new PostgresScheduleStore(database), clock }),
    ...channels.map((name) => consumerOf(name, service)),
  ];
  for (const one of running) one.start();
  publisher.start();
  const calls: IdleCalls = { rest };
  const close = async (): Promise<void> => {
    await publisher.close();
    await Promise.all(running.map((one) => one.stop()));
    await feed.close();
    await service.close();
  };
  return { calls, close };
}

function consumerOf(name: string, { ports }: ReturnType<typeof openService>): ConsumerPipeline {
  return new ConsumerPipeline({ consumer: `idle.${name}`, channels: [{ name }], handlers: new Map() }, ports);
}

async function rest(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  const since = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000 / (performance.now() - since)) * 100;
}
