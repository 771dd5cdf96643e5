import { SystemClock } from '@minos/common';
import type { DirectorySnapshot, Endpoint, ServiceInstance } from '@minos/discovery';
import { LiveRouteTables, type RouteTable } from '@minos/gateway';
import type { Report } from '../report.js';
import { median } from '../statistics.js';

const SERVICES = 100;
const INSTANCES = 1_000;
const ROUTES = 10_000;

/** How long it takes to find the route of a request among many, and to take in a change of the directory. */
export function benchMatch(report: Report, quick: boolean): void {
  report.section(`Routes: ${INSTANCES} instances of ${SERVICES} services, ${ROUTES} routes`);
  const tables = new LiveRouteTables({ clock: new SystemClock() });
  const snapshot = snapshotOf();
  const update = (): void => void tables.update(snapshot);
  report.rate('the first table', milliseconds(update), 'ms');
  if (tables.current.routes.length !== ROUTES) throw new Error(`There are ${tables.current.routes.length} routes.`);
  const second = new LiveRouteTables({ clock: new SystemClock() });
  report.rate(
    'the same once more, of another gateway',
    milliseconds(() => void second.update(snapshot)),
    'ms',
  );
  const rounds = quick ? 5 : 20;
  report.rate('an instance comes, median', changes(tables, rounds, comes), 'ms');
  report.rate('a service changes its routes, median', changes(tables, rounds, changesRoutes), 'ms');
  const again = { ...snapshot, instances: snapshot.instances.map((instance) => structuredClone(instance)) };
  report.rate(
    'all is heard again, from another registry',
    milliseconds(() => void tables.update(again)),
    'ms',
  );
  const requests = requestsOf(tables.current);
  measure(tables.current, requests, 2);
  const perMatch = median(Array.from({ length: rounds }, () => measure(tables.current, requests, quick ? 5 : 20)));
  report.figure({
    name: 'matchUs',
    what: `match of a request among ${ROUTES.toLocaleString('en-GB')} routes, half of them with parameters`,
    value: perMatch,
    unit: 'µs',
    target: { bound: 'at most', value: 5 },
  });
}

interface Request {
  readonly method: string;
  readonly path: string;
}

function snapshotOf(): DirectorySnapshot {
  const perService = INSTANCES / SERVICES;
  const instances = Array.from({ length: SERVICES }, (_, service) => {
    const endpoints = endpointsOf(service, ROUTES / SERVICES);
    return Array.from({ length: perService }, (__, index) => instanceOf(service, index, endpoints));
  });
  return { version: 1, instances: instances.flat() };
}

function instanceOf(service: number, index: number, endpoints: readonly Endpoint[]): ServiceInstance {
  const name = `service-${service}`;
  return { service: name, instance: `${name}/${index}`, address: 'http://127.0.0.1:1', version: '1', metadata: {}, endpoints, state: 'up' };
}

function endpointsOf(service: number, count: number): readonly Endpoint[] {
  const access = { public: false, roles: [], permissions: [] };
  const shapes = (thing: string): Endpoint[] => [
    { method: 'GET', path: `/service-${service}/${thing}`, access },
    { method: 'POST', path: `/service-${service}/${thing}`, access },
    { method: 'GET', path: `/service-${service}/${thing}/{id}`, access },
    { method: 'GET', path: `/service-${service}/${thing}/{id}/events/{number}`, access },
  ];
  return Array.from({ length: count / 4 }, (_, index) => shapes(`things-${index}`)).flat();
}

/** Paths as they come, so that taking them apart counts, too. */
function requestsOf(table: RouteTable): readonly Request[] {
  return table.routes.map(({ method, path }, index) => ({ method, path: path.replaceAll(/\{\w+\}/g, `0199f0a0-7d2e-7000-8000-${index}`) }));
}

/** Microseconds for one. */
function measure(table: RouteTable, requests: readonly Request[], times: number): number {
  let found = 0;
  const took = milliseconds(() => {
    for (let time = 0; time < times; time++) {
      for (const { method, path } of requests) if (table.match(method, path.slice(1).split('/')).kind === 'found') found++;
    }
  });
  if (found !== requests.length * times) throw new Error(`${found} of ${requests.length * times} requests found their route.`);
  return (took * 1_000) / found;
}

function changes(
  tables: LiveRouteTables,
  rounds: number,
  change: (snapshot: DirectorySnapshot, round: number) => DirectorySnapshot,
): number {
  let snapshot = snapshotOf();
  tables.update(snapshot);
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    snapshot = change(snapshot, round);
    took.push(milliseconds(() => tables.update(snapshot)));
  }
  return median(took);
}

function comes({ version, instances }: DirectorySnapshot, round: number): DirectorySnapshot {
  const endpoints = structuredClone(instances[0]?.endpoints ?? []);
  return { version: version + 1, instances: [...instances, instanceOf(0, INSTANCES + round, endpoints)] };
}

function changesRoutes({ version, instances }: DirectorySnapshot, round: number): DirectorySnapshot {
  const [first] = instances;
  const endpoints = [
    ...(first?.endpoints ?? []),
    { method: 'GET', path: `/service-0/new-${round}`, access: { public: true, roles: [], permissions: [] } },
  ];
  return { version: version + 1, instances: instances.map((one) => (one.service === first?.service ? { ...one, endpoints } : one)) };
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
