import type { EventSink } from '@minos/common/http';
import { VirtualClock } from '@minos/common/testing';
import { registerRequest } from '../../testing/registry-store-scene.js';
import { MemoryRegistryStore } from '../memory/memory-registry-store.js';
import { RegistryFeed } from './registry-feed.js';
import { WatchSession } from './watch-session.js';

describe('RegistryFeed and its watchers', () => {
  let clock: VirtualClock;
  let store: MemoryRegistryStore;
  let feed: RegistryFeed;
  let away: Error | undefined;

  const put = async (instance: string, version = '1'): Promise<void> => {
    const request = registerRequest({ instance, address: `http://${instance}:80`, version });
    await store.register(request);
    await store.judge([{ ...request, state: 'up', onlyLapsed: false }]);
    feed.wake();
    await clock.advance(0);
  };
  const leave = async (instance: string): Promise<void> => {
    await store.leave({ service: 'order', instance }, 1);
    feed.wake();
    await clock.advance(0);
  };
  beforeEach(async () => {
    clock = new VirtualClock();
    store = new MemoryRegistryStore(clock);
    away = undefined;
    const changesAfter = store.changesAfter.bind(store);
    store.changesAfter = (version) => (away === undefined ? changesAfter(version) : Promise.reject(away));
    feed = new RegistryFeed(store, clock, { pollMs: 250 });
    await feed.start();
    await clock.advance(0);
  });
  afterEach(() => feed.close());

  interface Watching {
    readonly text: () => string;
    readonly events: () => readonly (readonly [event: string, id: number, instances: readonly string[]])[];
    /** Takes no more from now on, until it is called again. */
    block(): () => void;
    end(): Promise<void>;
  }
  const watch = (lastEventId?: string): Watching => {
    const closed = new AbortController();
    let text = '';
    let free: (() => void) | undefined;
    let blocked: Promise<void> | undefined;
    const sink: EventSink = {
      get closed() {
        return closed.signal.aborted;
      },
      write: (part) => {
        text += part;
        return blocked ?? Promise.resolve();
      },
      onClose: (listener) => closed.signal.addEventListener('abort', listener),
    };
    const session = new WatchSession(feed, clock, { keepAliveMs: 1_000, staleMs: 2_000 });
    const running = session.run(sink, lastEventId);
    return {
      text: () => text,
      events: () =>
        text.split('\n\n').flatMap((frame) => {
          const [, event, id, data] = /^event: (\w+)\nid: (\d+)\ndata: (.*)$/.exec(frame) ?? [];
          if (data === undefined) return [];
          const { instances } = JSON.parse(data) as { instances: { instance: string; version?: string }[] };
          return [
            [
              event ?? '',
              Number(id),
              instances.map(({ instance, version }) => (version === undefined ? instance : `${instance} ${version}`)),
            ] as const,
          ];
        }),
      block: () => {
        blocked = new Promise((resolve) => (free = resolve));
        return () => {
          blocked = undefined;
          free?.();
        };
      },
      end: async () => {
        closed.abort();
        await running;
      },
    };
  };

  it('begin with all that is there, then tell what changes, in order', async () => {
    await put('a');
    const { version } = feed;
    const watcher = watch();
    await clock.advance(0);
    await put('b');
    await put('a', '2');
    await leave('b');
    expect(watcher.events()).toEqual([
      ['snapshot', version, ['a 1']],
      ['changed', version + 1, ['b 1']],
      ['changed', version + 2, ['a 2']],
      ['removed', version + 3, ['b']],
    ]);
    await watcher.end();
  });

  it('go on from the version that a watcher has, or from all where that is too old or unknown', async () => {
    await put('a');
    const { version } = feed;
    await put('b');
    await leave('a');
    for (const [id, first] of [
      [String(version), 'changed'],
      [String(version + 1), 'removed'],
      ['1', 'snapshot'],
      [String(version + 999), 'snapshot'],
      ['nonsense', 'snapshot'],
    ] as const) {
      const watcher = watch(id);
      await clock.advance(0);
      expect([id, watcher.events()[0]?.[0]]).toEqual([id, first]);
      await watcher.end();
    }
    const current = watch(String(version + 2));
    await clock.advance(0);
    expect(current.text()).toBe(': here\n\n');
    await current.end();
  });

  it('read the store first where a watcher knows more than this registry', async () => {
    await put('a');
    const request = registerRequest({ instance: 'b', address: 'http://b:80' });
    await store.register(request);
    await store.judge([{ ...request, state: 'up', onlyLapsed: false }]);
    const watcher = watch(String(feed.version + 1));
    await clock.advance(0);
    expect(watcher.events()).toEqual([]);
    await watcher.end();
  });

  it('forget what left with the store, and give all to whoever knows less', async () => {
    await put('a');
    const { version } = feed;
    await leave('a');
    await clock.advance(10_000);
    await store.forget(5_000);
    await clock.advance(500);
    expect(feed.stepsFrom(version)).toEqual([{ kind: 'snapshot', version: version + 1, instances: [] }]);
  });

  it('send the latest to one that was slow, not all that was in between', async () => {
    await put('a');
    const watcher = watch();
    await clock.advance(0);
    const free = watcher.block();
    for (let version = 2; version <= 20; version++) await put('a', String(version));
    free();
    await clock.advance(0);
    expect(watcher.events().map(([, , instances]) => instances)).toEqual([['a 1'], ['a 2'], ['a 20']]);
    await watcher.end();
  });

  it('follow a database that took over without the last changes, and never show that nothing is there', async () => {
    for (const instance of ['a', 'b', 'c']) await put(instance);
    const behind = new MemoryRegistryStore(clock);
    const moved = { ...registerRequest({ instance: 'a', address: 'http://a:80' }), state: 'up' as const, onlyLapsed: false };
    await behind.register(moved);
    await behind.judge([moved]);
    const watcher = watch();
    await clock.advance(0);
    let answers = Infinity;
    store.changesAfter = (version) => (answers-- > 0 ? behind.changesAfter(version) : Promise.reject(new Error('away')));
    // It is found out, and the next question fails: what is known stays until there is something better.
    answers = 1;
    await clock.advance(1_000);
    expect(feed.snapshot.instances).toHaveLength(3);
    answers = Infinity;
    await clock.advance(1_000);
    expect(watcher.events().map(([event, , instances]) => [event, instances])).toEqual([
      ['snapshot', ['a 1', 'b 1', 'c 1']],
      ['snapshot', ['a 1.0.0']],
    ]);
    await behind.register({ ...moved, version: '2' });
    await clock.advance(1_000);
    expect(watcher.events().at(-1)?.[2]).toEqual(['a 2']);
    await watcher.end();
  });

  it('give signs of life, and say when and since when they may be old', async () => {
    const watcher = watch();
    await clock.advance(1_500);
    expect(watcher.text()).toMatch(/: here\n\n$/);
    away = new Error('away');
    const since = new Date(clock.now()).getTime();
    await clock.advance(5_000);
    const said = /event: stale\ndata: \{"since":"([^"]+)"\}/.exec(watcher.text())?.[1] ?? '';
    expect(Math.abs(new Date(said).getTime() - since)).toBeLessThan(1_000);
    away = undefined;
    await clock.advance(2_000);
    expect(watcher.text()).toMatch(/event: fresh\ndata: \{\}\n\n/);
    await watcher.end();
  });
});
