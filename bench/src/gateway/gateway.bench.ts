import { interleave, rateOf, ratioOf, type Rounds, type Side } from '../measure.js';
import { Peer } from '../peer.js';
import { Report } from '../report.js';
import { median } from '../statistics.js';
import type { FastifyProxy } from './fastify-proxy.js';
import type { GatewayDoor } from './gateway-door.js';
import type { Loader } from './loader.js';
import { Nginx } from './nginx.js';
import type { Upstream } from './upstream.js';

const GATEWAY = 'Minos gateway, authentication on';
const FASTIFY = '@fastify/http-proxy, none';
const NGINX = 'nginx, one worker, none';
const PATH = '/orders/7';
const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
const SLOW_SOCKETS = 5_000;

interface Parts {
  readonly gateway: Peer<GatewayDoor>;
  readonly fastify: Peer<FastifyProxy>;
  readonly nginx: Nginx | undefined;
  readonly loader: Peer<Loader>;
  readonly upstream: string;
  readonly quick: boolean;
}

/** What the gateway costs, next to what is there already. Every part runs in a process of its own. */
export async function benchGateway({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('gateway');
  console.log(`Gateway, Node ${process.version}${quick ? ', quick' : ''}`);
  const service = await Peer.start<Upstream>('upstream', {});
  const upstream = await service.ask('address');
  const gateway = await Peer.start<GatewayDoor>('gateway-door', { upstream });
  const fastify = await Peer.start<FastifyProxy>('fastify-proxy', { upstream });
  const loader = await Peer.start<Loader>('loader', {});
  const nginx = await Nginx.start(upstream);
  const parts: Parts = { gateway, fastify, nginx, loader, upstream, quick };
  try {
    await throughput(report, parts);
    await addedTime(report, parts);
    await streaming(report, parts);
    await slowLoris(report, parts);
  } finally {
    await nginx?.stop();
    for (const peer of [loader, fastify, gateway, service]) await peer.close();
  }
  report.finish();
}

type Proxy = { readonly name: string; readonly url: string; readonly cpu: () => Promise<number> };

async function throughput(report: Report, { gateway, fastify, nginx, loader, quick }: Parts): Promise<void> {
  report.section('64 connections that are kept, as many requests as go through');
  const proxies: Proxy[] = [
    { name: GATEWAY, url: await gateway.ask('address'), cpu: () => gateway.ask('cpu') },
    { name: FASTIFY, url: await fastify.ask('address'), cpu: () => fastify.ask('cpu') },
  ];
  if (nginx !== undefined) proxies.push({ name: NGINX, url: nginx.address, cpu: async () => nginx.cpu() });
  else report.note('nginx is not installed, so cpuVsNginx is left out: apt-get install nginx-light');
  const cpu = new Map<string, number[]>(proxies.map(({ name }) => [name, []]));
  const sides = proxies.map(({ name, url, cpu: used }): Side => ({
    name,
    run: async (seconds) => {
      const before = await used();
      const { requests, perSecond } = await loader.ask('full', { url: url + PATH, token: await gateway.ask('token'), seconds });
      cpu.get(name)?.push(((await used()) - before) / requests);
      return perSecond;
    },
  }));
  const rounds = await interleave(sides, { rounds: quick ? 3 : 7, seconds: quick ? 3 : 8 });
  for (const { name } of proxies) {
    report.rate(name, rateOf(rounds, name), 'requests/s');
    report.rate(`${name}: its processor time`, median(warm(cpu, name)), 'µs/request');
  }
  compare(report, rounds, cpuRounds(cpu));
}

function compare(report: Report, rounds: Rounds, cpu: Rounds): void {
  report.figure({
    name: 'gatewayVsFastifyProxy',
    what: `requests/s, ${GATEWAY} / ${FASTIFY}`,
    value: ratioOf(rounds, GATEWAY, FASTIFY),
    unit: '×',
    target: { bound: 'at least', value: 1.3 },
  });
  report.figure({
    name: 'cpuVsFastifyProxy',
    what: 'processor time of a request / that of @fastify/http-proxy',
    value: ratioOf(cpu, GATEWAY, FASTIFY),
    unit: '×',
  });
  if (!rounds.has(NGINX)) return;
  report.figure({
    name: 'cpuVsNginx',
    what: 'processor time of a request / that of nginx',
    value: ratioOf(cpu, GATEWAY, NGINX),
    unit: '×',
    target: { bound: 'at most', value: 6 },
  });
}

/** Without the round that warms up. */
function warm(cpu: ReadonlyMap<string, readonly number[]>, name: string): readonly number[] {
  return (cpu.get(name) ?? []).slice(1);
}

function cpuRounds(cpu: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, readonly number[]> {
  return new Map([...cpu.keys()].map((name) => [name, warm(cpu, name)]));
}

async function addedTime(report: Report, { gateway, loader, upstream, quick }: Parts): Promise<void> {
  report.section('1,000 requests a second');
  const seconds = quick ? 3 : 8;
  const added: number[] = [];
  const url = await gateway.ask('address');
  for (let round = 0; round <= (quick ? 2 : 5); round++) {
    const token = await gateway.ask('token');
    const direct = await loader.ask('paced', { url: upstream + PATH, token, seconds, perSecond: 1_000 });
    const through = await loader.ask('paced', { url: url + PATH, token, seconds, perSecond: 1_000 });
    if (round > 0) added.push(median(through) - median(direct));
  }
  report.figure({
    name: 'addedP50Ms',
    what: 'time of a request over that without a gateway, median',
    value: median(added),
    unit: 'ms',
    target: { bound: 'at most', value: 1 },
  });
}

async function streaming(report: Report, { gateway, loader }: Parts): Promise<void> {
  report.section('A stream of 1 GiB');
  const url = await gateway.ask('address');
  await loader.ask('read', `${url}/streams/${64 * MEBIBYTE}`);
  const samples: number[] = [];
  let over = false;
  const reading = loader.ask('read', `${url}/streams/${GIBIBYTE}`).finally(() => (over = true));
  while (!over) {
    samples.push(await gateway.ask('heap'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const bytes = await reading;
  if (bytes !== GIBIBYTE) throw new Error(`${bytes} bytes came.`);
  report.rate('memory of the gateway meanwhile, at the most', Math.max(...samples) / MEBIBYTE, 'MiB');
  const quarter = Math.ceil(samples.length / 4);
  report.figure({
    name: 'streamGrowthMiB',
    what: 'memory of the gateway in the last quarter of the stream over that in the second',
    value: (median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter))) / MEBIBYTE,
    unit: 'MiB',
    target: { bound: 'at most', value: 16 },
  });
}

async function slowLoris(report: Report, { gateway, loader, quick }: Parts): Promise<void> {
  report.section(`${SLOW_SOCKETS.toLocaleString('en-GB')} connections that never say what they want`);
  const url = await gateway.ask('address');
  const crowd = await Peer.start<Loader>('loader', {});
  try {
    await crowd.ask('hold', { port: Number(new URL(url).port), sockets: SLOW_SOCKETS });
    report.rate('connections', await gateway.ask('connections'), '');
    const times = await loader.ask('paced', { url: url + PATH, token: await gateway.ask('token'), seconds: quick ? 3 : 5, perSecond: 200 });
    report.figure({
      name: 'slowLorisP99Ms',
      what: 'time of 99 of 100 honest requests',
      value: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
      unit: 'ms',
      target: { bound: 'at most', value: 50 },
    });
  } finally {
    await crowd.ask('letGo');
    await crowd.close();
  }
}
