import { VirtualClock } from '@minos/common/testing';
import { registerRequest } from '../../testing/registry-store-scene.js';
import { AddressPolicy } from '../address/address-policy.js';
import { RegistryFeed } from '../feed/registry-feed.js';
import { MemoryRegistryStore } from '../memory/memory-registry-store.js';
import { resolveRegistryOptions } from '../registry/registry-options.js';
import { RegistryStatistics } from '../registry/registry-statistics.js';
import { Registry } from '../registry/registry.js';
import { RegistrySeries } from './registry.series.js';
import { Watchers } from './watchers.js';

const KEY = { service: 'order', instance: 'order-1' };

describe('RegistrySeries', () => {
  const clock = new VirtualClock();
  const store = new MemoryRegistryStore(clock);
  const options = resolveRegistryOptions({ networks: ['10.0.0.0/8'] }, false);
  const feed = new RegistryFeed(store, clock, { pollMs: 100 });
  const watchers = new Watchers(feed, options, clock);
  const statistics = new RegistryStatistics();
  const registry = new Registry({ store, feed, policy: new AddressPolicy(options.networks), clock, statistics }, options);
  const series = new RegistrySeries(feed, watchers, statistics);
  const body = { address: 'http://10.0.0.1:80', epoch: 1 };
  const read = (name: string) => series.read(name);

  it('names each figure once, and has no other', () => {
    const names = series.definitions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(read('minos_registry_other')).toEqual([]);
    expect(read('minos_registry_age_seconds')).toEqual([]);
  });

  it('counts the instances that watchers see, by service and state', async () => {
    const instances = [registerRequest(), registerRequest({ instance: 'order-2', address: 'http://10.0.0.2:1' })];
    for (const one of [...instances, registerRequest({ service: 'product', instance: 'product-1', address: 'http://10.0.0.3:1' })]) {
      await store.register(one);
      await store.judge([{ ...one, state: 'up', onlyLapsed: false }]);
    }
    await store.judge([{ ...registerRequest(), state: 'suspect', onlyLapsed: false }]);
    await feed.refresh();
    const found = () => read('minos_registry_instances').map(({ labels, value }) => [...Object.values(labels), value].join(' '));
    expect([...found()].sort()).toEqual(['order suspect 1', 'order up 1', 'product up 1']);
    await store.leave(KEY, 1);
    await clock.advance(2_000);
    expect(read('minos_registry_age_seconds')).toEqual([{ labels: {}, value: 2 }]);
    await feed.refresh();
    expect([...found()].sort()).toEqual(['order up 1', 'product up 1']);
  });

  it('counts registrations and heartbeats by what became of them', async () => {
    await registry.register('order', KEY, { ...body, epoch: 5 });
    await registry.heartbeat('order', KEY, 5);
    await registry.heartbeat('order', KEY, 5);
    await expect(registry.heartbeat('order', KEY, 4)).rejects.toThrow();
    await expect(registry.register('order', KEY, body)).rejects.toThrow();
    await expect(registry.register('product', KEY, body)).rejects.toThrow();
    expect(read('minos_registry_registrations_total')).toEqual([
      { labels: { outcome: 'taken' }, value: 1 },
      { labels: { outcome: 'EPOCH_STALE' }, value: 1 },
      { labels: { outcome: 'NOT_YOUR_SERVICE' }, value: 1 },
    ]);
    expect(read('minos_registry_heartbeats_total')).toEqual([
      { labels: { outcome: 'taken' }, value: 2 },
      { labels: { outcome: 'INSTANCE_UNKNOWN' }, value: 1 },
    ]);
  });

  it('counts the streams that are open', () => {
    const nothing = (): undefined => undefined;
    watchers.watch({ on: nothing, once: nothing, writeHead: nothing, flushHeaders: nothing, write: () => true, end: nothing }, undefined);
    expect(read('minos_registry_watchers')).toEqual([{ labels: {}, value: 1 }]);
    watchers.close();
    expect(read('minos_registry_watchers')).toEqual([{ labels: {}, value: 0 }]);
  });
});
