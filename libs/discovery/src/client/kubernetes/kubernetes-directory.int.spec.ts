import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { freePort } from '../../../../../tools/testing/service-process.js';
import { serviceDirectoryContract } from '../../testing/service-directory.contract.js';
import { FakeKubernetes } from './fake-kubernetes-kit.js';
import { KubernetesDirectory } from './kubernetes-directory.js';
import type { KubernetesDirectoryOptions } from './kubernetes-directory.options.js';
import { GONE, NO_NAMESPACE, type RecordedList, type RecordedResource, REFUSALS, SERVICES, SLICES, WATCH } from './recorded-answers-kit.js';

const LIST_VERSION = '233';
const LAST_BOOKMARK = '249';

describe('KubernetesDirectory', () => {
  let api: FakeKubernetes;
  let folder: string;
  const open: KubernetesDirectory[] = [];
  const directoryOf = (given: Partial<KubernetesDirectoryOptions> = {}): KubernetesDirectory => {
    const directory = new KubernetesDirectory({ url: api.url, namespace: 'shop', tokenFile: join(folder, 'token'), retry: 5, ...given });
    open.push(directory);
    return directory;
  };
  const [order] = SLICES[0]?.items ?? [];
  /** The slice of `order` with other pods. */
  const ready = (addresses: readonly string[]): RecordedResource =>
    ({
      ...order,
      endpoints: addresses.map((address, index) => ({
        addresses: [address],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', name: `pod-${index}`, uid: `uid-${address}` },
      })),
    }) as unknown as RecordedResource;
  const listOf = (items: readonly RecordedResource[], resourceVersion = LIST_VERSION): readonly RecordedList[] => [
    { metadata: { resourceVersion }, items },
  ];
  const addresses = (directory: KubernetesDirectory): readonly string[] => directory.current.instances.map(({ address }) => address);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minos-kubernetes-'));
    await writeFile(join(folder, 'token'), 'one\n');
    api = new FakeKubernetes(await freePort());
    await api.start();
  });
  afterEach(async () => {
    for (const directory of open.splice(0)) await directory.close();
    await api.stop();
    await rm(folder, { recursive: true });
  });

  serviceDirectoryContract('KubernetesDirectory', () => {
    api.slices = listOf([ready(['10.0.0.1'])]);
    const toSlice = (list: readonly { readonly address: string }[]): RecordedResource =>
      ready(list.map(({ address }) => new URL(address).hostname));
    return {
      directory: directoryOf(),
      set: async (instances) => {
        const slice = toSlice(instances);
        if (api.running) await until(() => api.watching === 1, 'a watch');
        api.slices = listOf([slice]);
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

  it('reads the pages of slices and services as the API gives them', async () => {
    const directory = directoryOf({ labelSelector: 'app.kubernetes.io/part-of=shop' });
    await directory.open(60_000);
    expect(directory.current.instances).toEqual([
      {
        service: 'order',
        instance: '2d38587d-394e-4981-9ecd-21e5e075e7f2',
        address: 'http://10.244.1.11:8084',
        version: '1.4.2',
        metadata: { pod: 'order-5d8f6b7c9-2xkqj', zone: 'eu-central-1a', node: 'worker-1' },
        endpoints: [{ method: 'GET', path: '/orders/{id}', access: { public: false, roles: ['admin'], permissions: [] } }],
        state: 'up',
      },
      expect.objectContaining({ metadata: expect.objectContaining({ pod: 'order-6c4d9f8d5-qv7zt' }), state: 'draining' }),
      expect.objectContaining({ service: 'payment', address: 'https://10.244.1.20:8443', version: '2.0.0', state: 'up' }),
      expect.objectContaining({ service: 'product', instance: '192.168.7.3:8082', metadata: {}, state: 'up' }),
    ]);
    expect(api.asked('list').map(({ searchParams }) => searchParams.get('continue'))).toEqual([null, SLICES[0]?.metadata.continue]);
    expect(api.requests.map(({ authorization }) => authorization)).toContain('Bearer one');
    for (const { url } of api.requests) expect(url.searchParams.get('labelSelector')).toBe('app.kubernetes.io/part-of=shop');
  });

  it('reaches pods that have IPv6 alone', async () => {
    api.slices = listOf(SLICES[0]?.items.filter((slice) => 'addressType' in slice && slice.addressType === 'IPv6') ?? []);
    const directory = directoryOf();
    await directory.open(60_000);
    expect(addresses(directory)).toEqual(['http://[fd00:10:244:1::b]:8084', 'http://[fd00:10:244:2::7]:8084']);
  });

  it('follows the watch from where the list ended, and begins the next one at the last bookmark', async () => {
    const directory = directoryOf();
    await directory.open(60_000);
    await until(() => api.watching === 1, 'a watch');
    expect(api.asked('watch')[0]?.searchParams.get('resourceVersion')).toBe(LIST_VERSION);
    const heard: string[] = [];
    directory.subscribe(({ instances }) => heard.push(instances.map(({ address }) => new URL(address).hostname).join(' ')));
    await writeFile(join(folder, 'token'), 'two\n');
    for (const event of WATCH) api.say(event);
    api.endWatches();
    await until(() => api.asked('watch').length === 2, 'the second watch');
    // Six events, of which those for IPv6 and for a pod that did not serve any more change nothing.
    expect(heard).toEqual([
      '10.244.1.11 10.244.2.7 10.244.1.20 192.168.7.3',
      '10.244.1.11 10.244.2.12 10.244.2.7 10.244.1.20 192.168.7.3',
      '10.244.1.11 10.244.2.12 10.244.2.7 10.244.1.20 192.168.7.3 192.168.7.4',
      '10.244.1.11 10.244.2.12 10.244.2.7 10.244.1.20 192.168.7.3',
    ]);
    expect(api.asked('watch')[1]?.searchParams.get('resourceVersion')).toBe(LAST_BOOKMARK);
    expect(api.requests.at(-1)?.authorization).toBe('Bearer two');
    expect([api.asked('list').length, directory.current.staleSince]).toEqual([SLICES.length, undefined]);
  });

  it('reads the list again where the API has forgotten the version (410), soon even after a long outage', async () => {
    const pauses: number[] = [];
    const directory = directoryOf({ clock: countingClock(pauses) });
    await directory.open(60_000);
    await until(() => api.watching === 1, 'a watch');
    api.refuse = () => ({ status: 503, body: 'no upstream' });
    api.endWatches();
    await until(() => pauses.some((pause) => pause > 20), 'a longer pause');
    api.refuse = () => undefined;
    await until(() => api.watching === 1, 'a watch');
    api.slices = listOf([ready(['10.0.0.9'])], '265');
    pauses.splice(0);
    api.say(GONE);
    await until(() => addresses(directory)[0] === 'http://10.0.0.9:8084', 'the new list');
    await until(() => api.watching === 1, 'a watch');
    expect(api.asked('watch').at(-1)?.searchParams.get('resourceVersion')).toBe('265');
    expect([pauses.length, (pauses[0] ?? 0) <= 5, directory.current.staleSince]).toEqual([1, true, undefined]);
  });

  it('begins a list anew whose next page the API has forgotten (410)', async () => {
    let refused = 0;
    api.refuse = (url) => (url.searchParams.has('continue') && refused++ < 2 ? REFUSALS.oldPage : undefined);
    const directory = directoryOf();
    await directory.open(60_000);
    expect([directory.current.instances.length, directory.current.staleSince]).toEqual([4, undefined]);
  });

  it.each([
    ['wrongToken', '401: Unauthorized'],
    ['noRoleToList', '403: endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:shop:stranger" cannot list'],
    ['noSuchResource', '404: the server could not find the requested resource'],
  ] as const)('says why the API refuses (%s), and opens once it does not', async (name, reason) => {
    api.refuse = ({ pathname }) => (pathname.endsWith('/endpointslices') ? REFUSALS[name] : undefined);
    const troubles: string[] = [];
    const directory = directoryOf({ onTrouble: (message) => troubles.push(message) });
    const opened = directory.open(60_000);
    await until(() => troubles.length > 0, 'the refusal');
    await expect(directory.open(1)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', message: expect.stringContaining(reason) });
    api.refuse = () => undefined;
    await opened;
    expect(directory.current.instances).toHaveLength(4);
  });

  it('shows what it may list, as stale, where it may not watch', async () => {
    const troubles: string[] = [];
    api.refuse = ({ pathname, searchParams }) =>
      pathname.endsWith('/endpointslices') && searchParams.has('watch') ? REFUSALS.noRoleToWatch : undefined;
    const directory = directoryOf({ onTrouble: (message) => troubles.push(message) });
    await directory.open(60_000);
    await until(() => directory.current.staleSince !== undefined, 'the directory to be stale');
    expect([directory.current.instances.length, troubles]).toEqual([
      4,
      [expect.stringContaining('cannot watch resource "endpointslices"')],
    ]);
  });

  it('knows nothing in a namespace that is not there, which is no error to the API', async () => {
    api.slices = api.services = [NO_NAMESPACE];
    const directory = directoryOf();
    await directory.open(60_000);
    expect([directory.current.instances, directory.current.staleSince]).toEqual([[], undefined]);
  });

  it('is stale from the first failure until a watch is accepted again, and tells of it once', async () => {
    const troubles: string[] = [];
    const directory = directoryOf({ onTrouble: (message) => troubles.push(message) });
    await directory.open(60_000);
    await until(() => api.watching === 1, 'a watch');
    const stale: boolean[] = [];
    directory.subscribe(({ staleSince }) => stale.push(staleSince !== undefined));
    api.refuse = () => ({ status: 503, body: 'no upstream' });
    const asked = api.requests.length;
    api.endWatches();
    await until(() => api.requests.length >= asked + 4, 'more attempts');
    expect([stale, troubles]).toEqual([
      [false, true],
      ['Watching EndpointSlices failed and is tried again: the API answered 503: no upstream'],
    ]);
    api.refuse = () => undefined;
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    expect(stale).toEqual([false, true, false]);
  });

  it('pauses where a watch ends without a word, so that a proxy that ends each does not keep it busy', async () => {
    const pauses: number[] = [];
    await directoryOf({ clock: countingClock(pauses) }).open(60_000);
    for (let ended = 1; ended <= 3; ended++) {
      await until(() => api.watching === 1, 'a watch');
      api.endWatches();
      await until(() => api.asked('watch').length > ended, 'the next watch');
    }
    expect(pauses).toHaveLength(3);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2.5);
  });

  it('takes endpoints from options where a Service brings none, and tells once of a wrong annotation', async () => {
    const troubles: string[] = [];
    const annotated = (name: string, annotation: string): RecordedResource => ({
      ...SERVICES[0]?.items[0],
      metadata: { name, resourceVersion: '205', ...{ annotations: { 'minos.dev/endpoints': annotation } } },
    });
    const stock = { method: 'GET', path: '/stock', access: { public: true, roles: [], permissions: [] } };
    api.services = listOf([annotated('order', 'not json'), annotated('product', JSON.stringify([{ ...stock, method: 'get' }, stock]))]);
    const endpoints = [{ method: 'GET', path: '/orders', access: { public: true, roles: [], permissions: [] } }];
    const directory = directoryOf({ endpoints: { order: endpoints }, onTrouble: (message) => troubles.push(message) });
    await directory.open(60_000);
    expect(directory.current.instances.map((instance) => [instance.service, instance.endpoints])).toEqual([
      ['order', endpoints],
      ['order', endpoints],
      ['product', [stock]],
    ]);
    await until(() => api.watching === 1, 'a watch');
    api.say({ type: 'MODIFIED', object: ready(['10.0.0.9']) });
    await until(() => addresses(directory)[0] === 'http://10.0.0.9:8084', 'the change');
    expect(troubles).toEqual([
      'The annotation minos.dev/endpoints of the Service order is no list in JSON',
      'The annotation minos.dev/endpoints of the Service product at [0] found no method in capitals, and not *; that is left out',
    ]);
  });

  it('stays stale where Services may not be watched, whatever slices say', async () => {
    api.refuse = ({ pathname, searchParams }) =>
      pathname.endsWith('/services') && searchParams.has('watch') ? REFUSALS.noRoleToWatch : undefined;
    const directory = directoryOf();
    await directory.open(60_000);
    await until(() => directory.current.staleSince !== undefined, 'the directory to be stale');
    const since = directory.current.staleSince;
    await until(() => api.watching === 1, 'a watch');
    const stale: unknown[] = [];
    directory.subscribe(({ staleSince }) => stale.push(staleSince));
    api.say({ type: 'MODIFIED', object: ready(['10.0.0.9']) });
    await until(() => addresses(directory)[0] === 'http://10.0.0.9:8084', 'the change');
    expect(stale).toEqual([since, since]);
  });
});

/** Tells of each pause. */
function countingClock(pauses: number[]): SystemClock {
  const clock = new SystemClock();
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (milliseconds, signal) => sleep(pauses.push(milliseconds) && milliseconds, signal);
  return clock;
}
