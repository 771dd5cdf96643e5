import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { globalRunner, until, type ContractRunner } from '@minos/common/testing';
import type { EventFeed, FeedReadOptions } from '../contracts/event-feed.js';
import type { FeedPosition, RecordedEvent, StreamName } from '../contracts/event-store.js';
import { comparePositions } from '../stream/feed-position.js';
import { streamName } from '../stream/stream-name.js';
import type { EventStoreUnderTest } from './event-store.contract.js';

/** A feed with the store whose events it reads. */
export interface EventFeedUnderTest extends EventStoreUnderTest {
  readonly feed: EventFeed;
  /** Another one on the same store, for the test that closes it. */
  another(): EventFeed;
}

/** Every adapter of {@link EventFeed} passes this. */
export function eventFeedContract(open: () => Promise<EventFeedUnderTest>, runner: ContractRunner = globalRunner()): void {
  runner.describe('the contract of event feeds', () => {
    let opened: EventFeedUnderTest;
    runner.before(async () => void (opened = await open()));
    runner.after(async () => {
      await opened.feed.close();
      await opened.close?.();
    });
    pages(runner, () => opened);
    waits(runner, () => opened);
  });
}

type Subject = () => EventFeedUnderTest;

const fresh = (): StreamName => streamName('thing', uuidv7());

async function append(
  { store, unitOfWork }: EventFeedUnderTest,
  stream: StreamName,
  count: number,
  type = 'thing.happened',
  tenant = '',
): Promise<void> {
  const events = Array.from({ length: count }, () => ({ type, schemaVersion: 1, data: {} }));
  await unitOfWork.run(() => store.append(stream, events, { expectedVersion: 'any' }), { tenant });
}

/** Reads pages behind `after` until there are `count` events. */
async function collect(feed: EventFeed, after: FeedPosition, count: number, options: FeedReadOptions = {}) {
  const events: RecordedEvent[] = [];
  let covered = after;
  await until(async () => {
    const page = await feed.read(covered, options);
    assert.ok(page.events.length <= (options.limit ?? 500));
    assert.ok(comparePositions(covered, page.covered) <= 0, 'covered goes back');
    events.push(...page.events);
    covered = page.covered;
    return events.length >= count;
  });
  return { events, covered };
}

/** A position behind everything that there is now. */
async function here(feed: EventFeed): Promise<FeedPosition> {
  return until(async () => {
    const { settled, latest } = await feed.horizon();
    return settled === latest ? settled : undefined;
  });
}

function pages({ describe, it }: ContractRunner, subject: Subject): void {
  describe('reading', () => {
    it('gives every event once, in order, page by page', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const streams = Array.from({ length: 5 }, fresh);
      await Promise.all(Array.from({ length: 50 }, (_, n) => append(subject(), streams[n % 5] as StreamName, 3)));
      const { events, covered } = await collect(feed, start, 150, { limit: 7 });
      assert.equal(events.length, 150);
      assert.equal(new Set(events.map(({ id }) => id)).size, 150);
      events.reduce((before, one) => (assert.ok(comparePositions(before.position, one.position) < 0), one));
      for (const stream of streams) {
        const versions = events.filter((one) => one.stream === stream).map(({ version }) => version);
        assert.deepEqual(
          versions,
          Array.from({ length: 30 }, (_, index) => index + 1),
        );
      }
      assert.deepEqual((await feed.read(covered)).events, []);
    });

    it('starts before the first event', async () => {
      const { feed } = subject();
      await append(subject(), fresh(), 1);
      const { events } = await collect(feed, feed.beginning, 1, { limit: 1 });
      assert.equal(events.length >= 1, true);
    });

    it('covers nothing where there is nothing', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const page = await feed.read(start);
      assert.deepEqual(page, { events: [], covered: start, more: false });
    });

    it('chooses types, and covers what it left out', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const stream = fresh();
      await append(subject(), stream, 2, 'thing.wanted');
      await append(subject(), stream, 5, 'thing.other');
      const end = await here(feed);
      const { events, covered } = await collect(feed, start, 2, { types: ['thing.wanted'] });
      assert.deepEqual(
        events.map(({ type }) => type),
        ['thing.wanted', 'thing.wanted'],
      );
      const rest = await until(async () => {
        const page = await feed.read(covered, { types: ['thing.wanted'] });
        return comparePositions(page.covered, end) >= 0 ? page : undefined;
      });
      assert.deepEqual(rest.events, []);
    });

    it('says whether there is more', async () => {
      const { feed } = subject();
      const start = await here(feed);
      await append(subject(), fresh(), 3);
      await here(feed);
      assert.equal((await feed.read(start, { limit: 2 })).more, true);
      assert.equal((await feed.read(start, { limit: 3 })).more, false);
    });

    it('chooses a category', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const [wanted, longer] = [streamName('item', uuidv7()), streamName('items', uuidv7())];
      for (const stream of [longer, wanted, fresh(), wanted]) await append(subject(), stream, 1);
      const { events } = await collect(feed, start, 2, { category: 'item' });
      assert.deepEqual(
        events.map(({ stream, version }) => [stream, version]),
        [
          [wanted, 1],
          [wanted, 2],
        ],
      );
    });

    it('chooses a tenant', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const tenant = uuidv7();
      await append(subject(), fresh(), 1, 'thing.happened', tenant);
      await append(subject(), fresh(), 1);
      const { events } = await collect(feed, start, 1, { tenant });
      assert.deepEqual(
        events.map((one) => one.tenant),
        [tenant],
      );
    });
  });
}

function waits({ describe, it }: ContractRunner, subject: Subject): void {
  describe('waiting', () => {
    it('ends when something was appended', async () => {
      const { feed } = subject();
      const start = await here(feed);
      const changed = feed.changed(10_000);
      await append(subject(), fresh(), 1);
      await changed;
      await collect(feed, start, 1);
    });

    it('does not wait past what came between a page and the wait', async () => {
      const { feed } = subject();
      const { covered } = await feed.read(await here(feed));
      await append(subject(), fresh(), 1);
      await collect(feed, covered, 1);
      const asked = Date.now();
      await feed.changed(60_000, undefined, covered);
      assert.ok(Date.now() - asked < 45_000);
    });

    it('ends after the timeout, and when it is aborted', async () => {
      const { feed } = subject();
      await feed.changed(1);
      const abort = new AbortController();
      const waiting = feed.changed(60_000, abort.signal);
      abort.abort();
      await waiting;
      await feed.changed(60_000, abort.signal);
    });

    it('ends when the feed is closed', async () => {
      const feed = subject().another();
      const waiting = feed.changed(60_000);
      await feed.close();
      await waiting;
      await feed.close();
    });

    it('settles everything once nobody writes', async () => {
      const { feed } = subject();
      await append(subject(), fresh(), 1);
      const settled = await here(feed);
      const horizon = await feed.horizon();
      assert.deepEqual([horizon.settled, horizon.latest, horizon.ageSeconds], [settled, settled, 0]);
    });
  });
}
