import { uuidv7 } from '@minos/common';
import { PostgresEventStore, streamName } from '@minos/event-sourcing';
import { ConsumerPipeline, eventBinding } from '@minos/messaging';
import type { MessageContext } from '@minos/messaging/contracts';
import { sqlOf } from '@minos/postgres';
import { sharedNow } from '../peer.js';
import type { Places, Route } from './places.js';
import { EFFECT_DATA, EFFECT_TYPE, ORDER_PLACED } from './sample-message.js';
import { openService } from './service.js';
import { trust } from './trust.js';

export type ReceiverCalls = {
  /** Resolves when so many more messages have been handled since the last answer, and all of that has committed, with the time on the shared clock. */
  readonly handled: (messages: number) => Promise<number>;
  /** Transactions that the process has committed. */
  readonly batches: () => number;
  /** When the handler was called for each message, since the last answer. */
  readonly arrivals: () => readonly (readonly [string, number])[];
};

type Work = (context: MessageContext) => Promise<unknown>;

/** The service that receives. */
export async function openReceiver({ places, route }: { readonly places: Places; readonly route: Route }) {
  const service = openService(places.receiver, places.broker);
  const work = route.effect === 'group' ? appending(service) : inserting;
  const arrivals: (readonly [string, number])[] = [];
  const handler = eventBinding(ORDER_PLACED, (_, context) => {
    arrivals.push([context.envelope.id, sharedNow()]);
    return work(context);
  });
  const { channel, consumer } = route;
  const handlers = new Map([[ORDER_PLACED.name, handler]]);
  const pipeline = new ConsumerPipeline(
    { consumer, channels: [{ name: channel }], handlers },
    { ...service.ports, ...(route.signed && { trust: trust() }) },
  );
  pipeline.start();
  const state = (): string => JSON.stringify({ counts: pipeline.status().counts, member: pipeline.status().member?.state });
  await until(() => pipeline.status().member?.state === 'active' && pipeline.status().partitions.length > 0, state);
  let told = 0;
  const calls: ReceiverCalls = {
    handled: async (messages) => {
      await until(() => pipeline.status().counts.handled >= told + messages, state);
      told += messages;
      return sharedNow();
    },
    batches: () => service.committer.statistics().batches,
    arrivals: () => arrivals.splice(0),
  };
  const close = async (): Promise<void> => {
    await pipeline.stop();
    await service.close();
  };
  return { calls, close };
}

/** An event of a new stream, which commits together with what other messages do. */
function appending({ database, unitOfWork }: ReturnType<typeof openService>): Work {
  const store = new PostgresEventStore({ database, unitOfWork });
  const events = [{ type: EFFECT_TYPE, schemaVersion: 1, data: EFFECT_DATA }];
  return () => store.append(streamName('stock', uuidv7()), events, { expectedVersion: 'no-stream' });
}

const INSERT = { name: 'bench_insert', text: 'insert into bench_effects (id, type, data) values ($1::uuid, $2, $3::jsonb)' };

/** SQL of the handler's own: its unit has a transaction for itself. */
function inserting({ unit }: MessageContext): Promise<unknown> {
  return sqlOf(unit).query(INSERT, [uuidv7(), EFFECT_TYPE, JSON.stringify(EFFECT_DATA)]);
}

const PATIENCE_MS = 60_000;

/** For as long as the state goes on changing. */
async function until(condition: () => boolean, state: () => string): Promise<void> {
  let [last, since] = [state(), performance.now()];
  while (!condition()) {
    const now = state();
    if (now !== last) [last, since] = [now, performance.now()];
    if (performance.now() - since > PATIENCE_MS) throw new Error(`nothing has moved for ${PATIENCE_MS} ms: ${now}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
