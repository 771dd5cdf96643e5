import { basicCredential } from '@minos/auth';
import type { Endpoint } from '@minos/discovery';
import { Peer, sharedNow } from '../peer.js';
import type { Report } from '../report.js';
import { BenchServer } from '../server.js';
import { median, percentile } from '../statistics.js';
import type { ProbedPort } from './probed-port.js';
import type { RegistryNode } from './registry-node.js';
import type { Watcher } from './watcher.js';

const SERVICES = 100;
const INSTANCES_EACH = 10;
const ROUTES_EACH = 100;
const WATCHERS = 3;
const KNOWN_WITHIN_MS = 120_000;
const AT_ONCE = 8;

type Kind = 'a release changes' | 'an instance comes' | 'an instance leaves';

interface Place {
  readonly urls: readonly string[];
  /** Another number each time, so that both registries are asked. */
  readonly turn: () => number;
  readonly port: number;
  readonly watchers: readonly Peer<Watcher['calls']>[];
}

/** How long a change at the registry takes to every watcher, with many instances and routes, two registries and PostgreSQL. */
export async function benchChanges(report: Report, quick: boolean): Promise<void> {
  const server = await BenchServer.start();
  const peers: { close(): Promise<void> }[] = [];
  const opened = async <C extends Readonly<Record<string, (argument: never) => unknown>>>(
    role: string,
    options: object,
  ): Promise<Peer<C>> => {
    const peer = await Peer.start<C>(role, options);
    peers.push(peer);
    return peer;
  };
  try {
    const url = await server.createDatabase('discovery');
    report.section(
      `Changes at the registry: ${SERVICES * INSTANCES_EACH} instances, ${SERVICES * ROUTES_EACH} routes, 2 registries, ${WATCHERS} watchers, ${server.version}`,
    );
    const nodes = [await opened<RegistryNode['calls']>('registry', { url }), await opened<RegistryNode['calls']>('registry', { url })];
    const urls = await Promise.all(nodes.map((node) => node.ask('address')));
    const port = await (await opened<ProbedPort['calls']>('probed-port', { addresses: INSTANCES_EACH + 1 })).ask('port');
    const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => opened<Watcher['calls']>('registry-watcher', { urls })));
    await measure(report, { urls, turn: counter(), port, watchers }, quick ? 10 : 50);
  } finally {
    for (const peer of peers.reverse()) await peer.close();
    await server.stop();
  }
}

async function measure(report: Report, place: Place, changes: number): Promise<void> {
  const begun = sharedNow();
  await registerAll(place);
  report.rate('until all have registered and every watcher knows them', (sharedNow() - begun) / 1_000, 's');
  const all: number[] = [];
  const kinds: Readonly<Record<Kind, (index: number) => Promise<number>>> = {
    'a release changes': (index) => releaseChanges(place, index),
    'an instance comes': (index) => instanceComes(place, index),
    'an instance leaves': (index) => instanceLeaves(place, index),
  };
  for (const [kind, change] of Object.entries(kinds)) {
    const times: number[] = [];
    for (let index = 0; index < changes; index++) times.push(await change(index));
    report.rate(`${kind}, until the last watcher knows, median`, median(times), 'ms');
    report.rate(`${kind}, 99 of 100`, percentile(times, 0.99), 'ms');
    all.push(...times);
  }
  report.figure({
    name: 'changeMs',
    what: `a change at the registry until the last of ${WATCHERS} watchers knows it, 99 of 100`,
    value: percentile(all, 0.99),
    unit: 'ms',
    target: { bound: 'at most', value: 1_000 },
  });
}

async function registerAll(place: Place): Promise<void> {
  const waiting = Array.from({ length: SERVICES * INSTANCES_EACH }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop())
      await register(place, { service: index % SERVICES, index: Math.floor(index / SERVICES), version: '1' });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const deadline = sharedNow() + KNOWN_WITHIN_MS;
  for (const watcher of place.watchers)
    while ((await watcher.ask('known')) < SERVICES * INSTANCES_EACH) {
      if (sharedNow() > deadline) throw new Error('The watchers did not come to know all instances.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

async function releaseChanges(place: Place, index: number): Promise<number> {
  const version = `2.${index}`;
  return timed(place, { instance: nameOf(index % SERVICES, 1), version }, () =>
    register(place, { service: index % SERVICES, index: 1, version }),
  );
}

/** At the eleventh address. */
async function instanceComes(place: Place, index: number): Promise<number> {
  const which = { service: index % SERVICES, index: INSTANCES_EACH, version: '1' };
  return timed(place, { instance: nameOf(which.service, which.index), version: '1' }, () => register(place, which));
}

async function instanceLeaves(place: Place, index: number): Promise<number> {
  const instance = nameOf(index % SERVICES, INSTANCES_EACH);
  return timed(place, { instance }, () => ask(place, { method: 'DELETE', service: index % SERVICES, path: `${instance}?epoch=1` }));
}

async function timed(
  { watchers }: Place,
  what: { readonly instance: string; readonly version?: string },
  change: () => Promise<void>,
): Promise<number> {
  const begun = sharedNow();
  await change();
  const times = await Promise.all(watchers.map((watcher) => watcher.ask('when', what)));
  return Math.max(...times) - begun;
}

interface Which {
  readonly service: number;
  readonly index: number;
  readonly version: string;
}

async function register(place: Place, { service, index, version }: Which): Promise<void> {
  const address = `http://127.0.0.${index + 1}:${place.port}`;
  const body = { address, version, metadata: {}, endpoints: endpointsOf(service), epoch: 1 };
  await ask(place, { method: 'PUT', service, path: nameOf(service, index), body });
}

interface Asked {
  readonly method: 'PUT' | 'DELETE';
  readonly service: number;
  readonly path: string;
  readonly body?: object;
}

async function ask({ urls, turn }: Place, { method, service, path, body }: Asked): Promise<void> {
  const name = `service-${service}`;
  const headers = { authorization: basicCredential({ service: name, secret: 'bench' }), 'content-type': 'application/json' };
  const url = `${urls[turn() % urls.length]}/registry/instances/${name}/${path}`;
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The registry answered ${answer.status}: ${text}`);
}

function counter(): () => number {
  let count = 0;
  return () => count++;
}

function nameOf(service: number, index: number): string {
  return `s${service}-i${index}`;
}

function endpointsOf(service: number): readonly Endpoint[] {
  return Array.from({ length: ROUTES_EACH }, (_, route) => ({
    method: 'GET',
    path: route % 2 === 0 ? `/service-${service}/things-${route}` : `/service-${service}/things-${route}/{id}`,
    access: { public: false, roles: [], permissions: [] },
  }));
}
