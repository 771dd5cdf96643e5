import { VirtualClock } from '@minos/common/testing';
import { Registrar } from '../../client/registrar/registrar.js';
import type { DirectorySnapshot, ServiceDirectory } from '../../contracts/index.js';
import { serviceInstance } from '../../testing/service-directory.contract.js';
import { DiscoverySeries } from './discovery.series.js';

describe('DiscoverySeries', () => {
  const clock = new VirtualClock();
  let current: DirectorySnapshot = { version: 0, instances: [] };
  const directory = {
    get current() {
      return current;
    },
  } as ServiceDirectory;
  const valueOf = (series: DiscoverySeries, name: string) => series.read(name).map(({ value }) => value);

  it('says for how long what is known may be old, and how much that is', async () => {
    const series = new DiscoverySeries(directory, undefined, clock);
    expect(valueOf(series, 'minos_discovery_stale_seconds')).toEqual([0]);
    current = { version: 1, instances: [serviceInstance()], staleSince: new Date(clock.now()).toISOString() };
    await clock.advance(90_000);
    expect(valueOf(series, 'minos_discovery_stale_seconds')).toEqual([90]);
    expect(valueOf(series, 'minos_discovery_instances')).toEqual([1]);
    current = { version: 2, instances: [] };
    expect(valueOf(series, 'minos_discovery_stale_seconds')).toEqual([0]);
  });

  it('says whether the service is registered, where it registers', () => {
    expect(valueOf(new DiscoverySeries(directory, undefined, clock), 'minos_discovery_registered')).toEqual([]);
    const registrar = new Registrar({ urls: ['http://127.0.0.1:1'], credential: { service: 'order', secret: 's' }, instance: 'x' });
    expect(valueOf(new DiscoverySeries(directory, registrar, clock), 'minos_discovery_registered')).toEqual([0]);
  });

  it('reads each of its figures by its name', () => {
    const series = new DiscoverySeries(directory, undefined, clock);
    expect(series.definitions.map(({ name }) => name)).toEqual([
      'minos_discovery_stale_seconds',
      'minos_discovery_instances',
      'minos_discovery_registered',
    ]);
    expect(series.read('minos_discovery_other')).toEqual([]);
  });
});
