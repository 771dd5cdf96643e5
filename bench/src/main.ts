import { benchAuth } from './auth/auth.bench.js';
import { benchDispatch } from './dispatch/dispatch.bench.js';
import { benchEventStore } from './event-store/event-store.bench.js';
import { benchFeedOrdering } from './feed-ordering/feed-ordering.bench.js';
import { benchGateway } from './gateway/gateway.bench.js';
import { benchMessaging } from './messaging/messaging.bench.js';
import { benchProjections } from './projections/projections.bench.js';
import { benchRegistry } from './registry/registry.bench.js';
import { benchSaga } from './saga/saga.bench.js';

const BENCHES: Readonly<Record<string, (options: { readonly quick: boolean }) => Promise<void>>> = {
  auth: benchAuth,
  dispatch: benchDispatch,
  'event-store': benchEventStore,
  'feed-ordering': benchFeedOrdering,
  gateway: benchGateway,
  messaging: benchMessaging,
  projections: benchProjections,
  registry: benchRegistry,
  saga: benchSaga,
};

async function main(): Promise<void> {
  const [name, ...flags] = process.argv.slice(2);
  const bench = name === undefined ? undefined : BENCHES[name];
  const unknown = flags.filter((flag) => flag !== '--quick');
  if (bench === undefined || unknown.length > 0) {
    console.error(`Usage: npm run bench -- <name> [--quick]\nNames: ${Object.keys(BENCHES).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  await bench({ quick: flags.includes('--quick') });
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
