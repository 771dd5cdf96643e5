import { answer, type Calls } from './peer.js';

type Opened = Promise<{ readonly calls: Calls; close(): Promise<void> }>;
type Open = (options: never) => Opened;

/** The parts of the benches that run in processes of their own; each process loads its own part only. */
const ROLES: Readonly<Record<string, () => Promise<Open>>> = {
  sender: async () => (await import('./messaging/sender.js')).openSender,
  receiver: async () => (await import('./messaging/receiver.js')).openReceiver,
  bare: async () => (await import('./messaging/bare-loop.js')).openBareLoop,
  'boss-sender': async () => (await import('./messaging/pg-boss.js')).openBossSender,
  'boss-worker': async () => (await import('./messaging/pg-boss.js')).openBossWorker,
  idle: async () => (await import('./messaging/idle.js')).openIdle,
  registry: async () => (await import('./registry/registry-node.js')).openRegistry,
  'probed-port': async () => (await import('./registry/probed-port.js')).openProbedPort,
  'registry-watcher': async () => (await import('./registry/watcher.js')).openWatcher,
  desk: async () => (await import('./saga/desk.js')).openDesk,
  trader: async () => (await import('./saga/trader.js')).openTrader,
  'plain-bus': async () => (await import('./dispatch/buses.js')).openPlainBus,
  'minos-bus': async () => (await import('./dispatch/buses.js')).openMinosBus,
  upstream: async () => (await import('./gateway/upstream.js')).openUpstream,
  'gateway-door': async () => (await import('./gateway/gateway-door.js')).openGatewayDoor,
  'fastify-proxy': async () => (await import('./gateway/fastify-proxy.js')).openFastifyProxy,
  loader: async () => (await import('./gateway/loader.js')).openLoader,
  'bare-route': async () => (await import('./dispatch/bare-route.js')).openBareRoute,
  'command-route': async () => (await import('./dispatch/command-route.js')).openCommandRoute,
};

const [role = '', options = '{}'] = process.argv.slice(2);
const open = ROLES[role];
if (open === undefined) throw new Error(`There is no part "${role}".`);
answer(open().then((opening) => opening(JSON.parse(options) as never)));
