import { serviceDirectoryContract, serviceInstance } from '../../testing/service-directory.contract.js';
import { StaticDirectory } from './static-directory.js';

describe('StaticDirectory', () => {
  serviceDirectoryContract('StaticDirectory', () => ({ directory: new StaticDirectory([serviceInstance()]) }));

  it('is read from JSON, with defaults for what is left out', async () => {
    const directory = StaticDirectory.parse('[{ "service": "order", "address": "http://127.0.0.1:8084" }]');
    expect(directory.current.instances).toEqual([
      {
        service: 'order',
        instance: 'http://127.0.0.1:8084',
        address: 'http://127.0.0.1:8084',
        version: '',
        metadata: {},
        endpoints: [],
        state: 'up',
      },
    ]);
  });

  it('refuses what it does not understand, with its place', () => {
    for (const json of ['', '{}', '[1]', '[{ "service": "order" }]', '[{ "service": "order", "address": "order:80" }]'])
      expect(() => StaticDirectory.parse(json)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
    const endpoints = [{ method: 'GET', path: '/orders', access: { public: 'yes', roles: [], permissions: [] } }] as never;
    expect(() => new StaticDirectory([{ service: 'order', address: 'http://127.0.0.1:1', endpoints }])).toThrow(
      /instances\[0\]\.endpoints\[0\]/,
    );
  });
});
