import { SystemClock } from '@minos/common';
import { LeaseFenceWriter, PostgresLeases, type ChangeWriter } from '@minos/postgres';
import { until } from '@minos/common/testing';
import type { RecordedEvent } from '../contracts/event-store.js';
import { CheckpointWriter } from '../postgres/checkpoint/checkpoint-writer.js';
import { PostgresCheckpointStore } from '../postgres/checkpoint/postgres-checkpoint-store.js';
import { CommitHints } from '../postgres/feed/commit-hints.js';
import { PostgresEventFeed } from '../postgres/feed/postgres-event-feed.js';
import { openStore, openTestingStore } from '../postgres/testing-store.js';
import { streamName } from '../stream/stream-name.js';
import { Subscription } from './subscription.js';

const clock = new SystemClock();
const WITHIN_MS = 90_000;
const SOURCE = 'source.happened';
const EFFECT = 'effect.happened';

/** One process of the service: a store, a feed and a runner of its own on the shared database. */
async function openProcess(url: string, holder: string) {
  const hints = new CommitHints();
  const writers = [new CheckpointWriter(), new LeaseFenceWriter()] as ChangeWriter<never>[];
  const opened = await openStore(url, { writers, committer: { onCommitted: () => hints.hint() } });
  const { database, unitOfWork, store } = opened;
  const feed = new PostgresEventFeed({ database, clock, hints: [hints] });
  const handled: string[] = [];
  const subscription = new Subscription(
    {
      name: 'effects',
      types: [SOURCE],
      batchSize: 7,
      holder,
      lease: 600,
      retry: { first: 5, longest: 50 },
      handler: {
        each: async (event) => {
          const { stream, version } = event as RecordedEvent;
          handled.push(`${stream}@${version}`);
          await store.append(streamName('effect', '1'), [{ type: EFFECT, schemaVersion: 1, data: { of: `${stream}@${version}` } }], {
            expectedVersion: 'any',
          });
        },
      },
    },
    { feed, unitOfWork, clock, checkpoints: new PostgresCheckpointStore(database), leases: new PostgresLeases(database) },
  );
  const append = (n: number) =>
    store.append(streamName('source', String(n)), [{ type: SOURCE, schemaVersion: 1, data: {} }], { expectedVersion: 'no-stream' });
  const effects = async (): Promise<unknown[]> => (await store.read(streamName('effect', '1'))).map(({ data }) => data['of']);
  const close = async (): Promise<void> => {
    await subscription.close();
    await feed.close();
    await opened.close();
  };
  return { ...opened, subscription, handled, append, effects, close };
}

const isActive = ({ state }: Subscription): boolean => state === 'running' || state === 'idle';

/** Stops the active runner until another one has taken over. */
async function passOn(subscriptions: readonly Subscription[]): Promise<void> {
  const active = await until(() => subscriptions.find(isActive), 'an active runner', WITHIN_MS);
  await active.stop();
  await until(() => subscriptions.some(isActive), 'another active runner', WITHIN_MS);
  active.start();
}

describe('Subscription on PostgreSQL, in several processes', () => {
  it('has each effect once and in order, while runners come, go and lose their connections', async () => {
    const server = await openTestingStore();
    const processes = await Promise.all(['one', 'two', 'three'].map((name) => openProcess(server.url, name)));
    const [writer] = processes as [Awaited<ReturnType<typeof openProcess>>];
    processes.forEach(({ subscription }) => subscription.start());
    const count = 120;
    for (let n = 0; n < count; n++) {
      const appended = (): Promise<boolean> =>
        writer
          .append(n)
          .then(() => true)
          .catch(() => false);
      await until(appended, `event ${n}`, WITHIN_MS);
      if (n % 20 === 7) await passOn(processes.map(({ subscription }) => subscription));
      if (n % 30 === 11) {
        await server.database.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
      }
    }
    await until(async () => (await writer.effects().catch(() => [])).length >= count, `${count} effects`, WITHIN_MS);
    const runs = processes.filter(({ handled }) => handled.length > 0).length;
    await Promise.all(processes.map(({ close }) => close()));
    const { rows } = await server.database.query<{ of: string }>(
      `select data->>'of' as of from minos.events where type = $1 order by position`,
      [EFFECT],
    );
    expect(rows.map(({ of }) => of)).toEqual(Array.from({ length: count }, (_, n) => `source-${n}@1`));
    expect(runs).toBeGreaterThan(1);
    await server.close();
  });

  it('takes over when the active process ends without a word', async () => {
    const server = await openTestingStore();
    const [gone, next] = [await openProcess(server.url, 'gone'), await openProcess(server.url, 'next')];
    gone.subscription.start();
    await gone.append(0);
    await until(async () => (await next.effects()).length === 1, 'the first effect', WITHIN_MS);
    await gone.committer.close();
    await gone.database.close();
    next.subscription.start();
    await next.append(1);
    await until(async () => (await next.effects()).length === 2, 'the second effect', WITHIN_MS);
    expect(next.handled).toEqual(['source-1@1']);
    await next.close();
    await gone.close();
    await server.close();
  });
});
