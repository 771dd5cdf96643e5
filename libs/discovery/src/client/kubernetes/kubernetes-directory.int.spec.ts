import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { serviceDirectoryContract } from '../../testing/service-directory.contract.js';
import { BOOKMARK, GONE, SERVICES, SLICE, SLICES } from './api-answers-kit.js';
import { FakeKubernetes } from './fake-kubernetes-kit.js';
import { KubernetesDirectory } from './kubernetes-directory.js';
import type { KubernetesDirectoryOptions } from './kubernetes-directory.options.js';

describe('KubernetesDirectory', () => {
  let api: FakeKubernetes;
  let folder: string;
  const open: KubernetesDirectory[] = [];
  const directoryOf = (given: Partial<KubernetesDirectoryOptions> = {}): KubernetesDirectory => {
    const directory = new KubernetesDirectory({ url: api.url, namespace: 'shop', tokenFile: join(folder, 'token'), retry: 5, ...given });
    open.push(directory);
    return directory;
  };
  const ready = (addresses: readonly string[]): object => ({
    ...SLICE,
    metadata: { ...SLICE.metadata, resourceVersion: '48250' },
    endpoints: addresses.map((address, index) => ({
      addresses: [address],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: `pod-${index}`, uid: `uid-${address}` },
    })),
  });
  const addresses = (directory: KubernetesDirectory): readonly string[] => directory.current.instances.map(({ address }) => address);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minos-kubernetes-'));
    await writeFile(join(folder, 'token'), 'one\n');
    api = new FakeKubernetes();
    await api.start();
  });
  afterEach(async () => {
    for (const directory of open.splice(0)) await directory.close();
    await api.stop();
    await rm(folder, { recursive: true });
  });

  serviceDirectoryContract('KubernetesDirectory', () => {
    api.answers.slices = { ...SLICES, items: [ready(['10.0.0.1'])] };
    const toSlice = (list: readonly { readonly address: string }[]): object => ready(list.map(({ address }) => new URL(address).hostname));
    return {
      directory: directoryOf(),
      set: async (instances) => {
        const slice = toSlice(instances);
        if (api.running) await until(() => api.watching === 1, 'a watch');
        api.answers.slices = { ...SLICES, items: [slice] };
        api.say({ type: 'MODIFIED', object: slice });
      },
      away: () => api.stop(),
      back: async () => {
        await api.start();
        // What is asked from an old version on is told that it has to read the list again.
        await until(() => api.watching === 1, 'a watch');
        api.say(GONE);
      },
    };
  });

  it('reads slices and services as the API gives them', async () => {
    const directory = directoryOf({ labelSelector: 'app.kubernetes.io/part-of=shop' });
    await directory.open(5_000);
    expect(directory.current.instances).toEqual([
      {
        service: 'order',
        instance: 'b5a8d0c4-54bb-4f5f-a8f1-1f8cb2c4a7de',
        address: 'http://10.0.0.1:8084',
        version: '1.4.2',
        metadata: { pod: 'order-5d8f6b7c9-2xkqj', zone: 'eu-central-1a', node: 'worker-1' },
        endpoints: [{ method: 'GET', path: '/orders/{id}', access: { public: false, roles: ['admin'], permissions: [] } }],
        state: 'up',
      },
      expect.objectContaining({ instance: 'leaving', address: 'http://10.0.0.3:8084', state: 'draining' }),
    ]);
    const [list] = api.asked('list');
    expect([list?.searchParams.get('labelSelector'), api.requests[0]?.authorization]).toEqual([
      'app.kubernetes.io/part-of=shop',
      'Bearer one',
    ]);
  });

  it('watches from where the list ended, and from the last bookmark on', async () => {
    const directory = directoryOf();
    await directory.open(5_000);
    await until(() => api.watching === 1);
    expect(api.asked('watch')[0]?.searchParams.get('resourceVersion')).toBe('48213');
    await writeFile(join(folder, 'token'), 'two\n');
    api.say(BOOKMARK);
    api.endWatches();
    await until(() => api.asked('watch').length === 2, 'the second watch');
    expect(api.asked('watch')[1]?.searchParams.get('resourceVersion')).toBe('48300');
    expect(api.requests.at(-1)?.authorization).toBe('Bearer two');
    expect([api.asked('list').length, directory.current.staleSince]).toEqual([1, undefined]);
    await until(() => api.watching === 1);
    api.say({ type: 'DELETED', object: SLICE });
    await until(() => directory.current.instances.length === 0, 'the slice to go');
  });

  it('reads the list again where the API has forgotten the version (410)', async () => {
    const directory = directoryOf();
    await directory.open(5_000);
    await until(() => api.watching === 1);
    api.answers.slices = { ...SLICES, metadata: { resourceVersion: '51007' }, items: [ready(['10.0.0.9'])] };
    api.say(GONE);
    await until(() => addresses(directory)[0] === 'http://10.0.0.9:8084', 'the new list');
    await until(() => api.watching === 1);
    expect(api.asked('watch').at(-1)?.searchParams.get('resourceVersion')).toBe('51007');
    expect(directory.current.staleSince).toBeUndefined();
  });

  it('is stale from the first failure until a watch is accepted again, and tells of it once', async () => {
    const troubles: string[] = [];
    const directory = directoryOf({ onTrouble: (message) => troubles.push(message) });
    await directory.open(5_000);
    await until(() => api.watching === 1, 'a watch');
    const stale: boolean[] = [];
    directory.subscribe(({ staleSince }) => stale.push(staleSince !== undefined));
    api.refusal = { status: 503, body: 'no upstream' };
    const asked = api.requests.length;
    api.endWatches();
    await until(() => api.requests.length >= asked + 4, 'more attempts');
    expect([stale, troubles]).toEqual([
      [false, true],
      ['Watching EndpointSlices failed and is tried again: the API answered 503: no upstream'],
    ]);
    api.refusal = undefined;
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    expect(stale).toEqual([false, true, false]);
  });

  it('pauses where a watch ends without a word, so that a proxy that ends each does not keep it busy', async () => {
    const pauses: number[] = [];
    const clock = new SystemClock();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (milliseconds, signal) => sleep(pauses.push(milliseconds) && milliseconds, signal);
    await directoryOf({ clock }).open(5_000);
    for (let ended = 1; ended <= 3; ended++) {
      await until(() => api.watching === 1, 'a watch');
      api.endWatches();
      await until(() => api.asked('watch').length > ended, 'the next watch');
    }
    expect(pauses).toHaveLength(3);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2.5);
  });

  it('reads a list in pages', async () => {
    const named = (name: string, address: string): object => ({ ...ready([address]), metadata: { ...SLICE.metadata, name } });
    api.pages.set('', { ...SLICES, metadata: { resourceVersion: '1', continue: 'next page' }, items: [named('a', '10.0.0.1')] });
    api.pages.set('next page', { ...SLICES, metadata: { resourceVersion: '1' }, items: [named('b', '10.0.0.2')] });
    const directory = directoryOf();
    await directory.open(5_000);
    expect(addresses(directory)).toEqual(['http://10.0.0.1:8084', 'http://10.0.0.2:8084']);
  });

  it('takes endpoints from options where a Service brings none, and says of a wrong annotation', async () => {
    const troubles: string[] = [];
    const [service] = SERVICES.items;
    const annotations = { 'minos.dev/endpoints': 'not json' };
    api.answers.services = { ...SERVICES, items: [{ ...service, metadata: { ...service?.metadata, annotations } }] };
    const endpoints = [{ method: 'GET', path: '/orders', access: { public: true, roles: [], permissions: [] } }];
    const directory = directoryOf({ endpoints: { order: endpoints }, onTrouble: (message) => troubles.push(message) });
    await directory.open(5_000);
    expect(directory.current.instances[0]?.endpoints).toEqual(endpoints);
    expect(troubles[0]).toContain('minos.dev/endpoints of the Service order');
  });
});
