import { callRate, interleave, rateOf, ratioOf, type Side } from '../measure.js';
import { Peer } from '../peer.js';
import { Report } from '../report.js';
import { BenchServer } from '../server.js';
import { median } from '../statistics.js';
import type { BusCalls } from './buses.js';
import { HttpCaller } from './http-caller.js';
import type { Route } from './route.js';

const BARE = 'POST, one insert by pg';
const COMMAND = 'POST, command, aggregate, append';
const CALLERS = 32;

/** What the buses cost in the process, and what a command costs over HTTP. */
export async function benchDispatch({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('dispatch');
  console.log(`Dispatch, Node ${process.version}${quick ? ', quick' : ''}`);
  await inProcess(report, quick);
  const server = await BenchServer.start();
  try {
    await overHttp(report, server, quick);
  } finally {
    await server.stop();
  }
  report.finish();
}

async function inProcess(report: Report, quick: boolean): Promise<void> {
  const commands = quick ? 50_000 : 300_000;
  report.section(
    `A command whose handler does nothing, ${commands.toLocaleString('en-GB')} one after the other, in processes of their own`,
  );
  const [plain, minos] = [await Peer.start<BusCalls>('plain-bus', {}), await Peer.start<BusCalls>('minos-bus', {})];
  const [overUnnamed, overNamed]: [number[], number[]] = [[], []];
  const seen: Record<'plain' | 'unnamed' | 'named', number[]> = { plain: [], unnamed: [], named: [] };
  for (let round = 0; round <= (quick ? 3 : 7); round++) {
    const bare = await plain.ask('dispatch', { kind: 'unnamed', commands });
    const unnamed = await minos.ask('dispatch', { kind: 'unnamed', commands });
    const named = await minos.ask('dispatch', { kind: 'named', commands });
    // The first round warms up.
    if (round === 0) continue;
    overUnnamed.push(unnamed - bare);
    overNamed.push(named - bare);
    for (const [name, value] of Object.entries({ plain: bare, unnamed, named })) seen[name as keyof typeof seen].push(value);
  }
  await Promise.all([plain.close(), minos.close()]);
  report.rate('@nestjs/cqrs', median(seen.plain), 'µs');
  report.rate('@minos/cqrs, a command without a name', median(seen.unnamed), 'µs');
  report.rate('@minos/cqrs, a command with a name, in a unit that stores nothing', median(seen.named), 'µs');
  report.figure({
    name: 'dispatchOverheadUs',
    what: 'local dispatch over that of @nestjs/cqrs, no unit opens',
    value: median(overUnnamed),
    unit: 'µs',
    target: { bound: 'at most', value: 3 },
  });
  report.figure({ name: 'namedOverheadUs', what: 'the same, with a name and so in a unit', value: median(overNamed), unit: 'µs' });
}

async function overHttp(report: Report, server: BenchServer, quick: boolean): Promise<void> {
  report.section(`POST by ${CALLERS} callers over kept connections, ${server.version}`);
  const url = await server.createDatabase('dispatch');
  const peers = [
    { name: BARE, peer: await Peer.start<Route['calls']>('bare-route', { url }) },
    { name: COMMAND, peer: await Peer.start<Route['calls']>('command-route', { url, messaging: false }) },
  ];
  try {
    await measureRoutes(report, peers, { server, quick });
  } finally {
    for (const { peer } of peers) await peer.close();
  }
}

interface RoutePeer {
  readonly name: string;
  readonly peer: Peer<Route['calls']>;
}

async function measureRoutes(
  report: Report,
  peers: readonly RoutePeer[],
  { server, quick }: { readonly server: BenchServer; readonly quick: boolean },
): Promise<void> {
  const sides: (Side & { readonly caller: HttpCaller })[] = [];
  for (const { name, peer } of peers) {
    const caller = new HttpCaller(`${await peer.ask('address')}/notes`, CALLERS);
    sides.push({ name, caller, run: (seconds) => callRate(CALLERS, seconds, () => caller.post({ text: 'milk' })) });
  }
  const rounds = await interleave(sides, {
    rounds: quick ? 3 : 7,
    seconds: quick ? 1.5 : 4,
    before: () => server.checkpoint(),
  });
  for (const { caller } of sides) caller.close();
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'requests/s');
  report.figure({
    name: 'commandVsBareInsert',
    what: `${COMMAND} / ${BARE}`,
    value: ratioOf(rounds, COMMAND, BARE),
    unit: '×',
    target: { bound: 'at least', value: 0.6 },
  });
}
