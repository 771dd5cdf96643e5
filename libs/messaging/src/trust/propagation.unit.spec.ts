import {
  Command,
  currentContext,
  Event,
  fromHeaders,
  MessageRegistry,
  Rejection,
  runInContext,
  SystemClock,
  uuidv7,
  type Change,
  type Principal,
  type Unit,
} from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageContext } from '../contracts/message-handler.js';
import type { OutboxAdd } from '../contracts/outgoing-message.js';
import { answerBindings, commandBinding, eventBinding } from '../handlers/bindings.js';
import { Outbox } from '../outbox/outbox.js';
import { commandMessage } from '../send/command-message.js';
import { ConsumerTrust } from './consumer-trust.js';
import { NameOwners } from './name-owners.js';
import { ann, ownerOf, sealedBy, verifierOf } from './trust-kit.js';

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command<{ total: number }> {
  constructor(readonly orderId: string) {
    super();
  }
}

@Event('stock.reserved')
class StockReserved {
  constructor(readonly orderId: string) {}
}

const registry = new MessageRegistry().register(ReserveStock, StockReserved);
const outboxOf = (source: string): Outbox => new Outbox({ source, clock: new SystemClock() });

/** A unit that only collects what is enlisted. */
function collecting(): { unit: Unit; sent: OutboxAdd[] } {
  const sent: OutboxAdd[] = [];
  return {
    sent,
    unit: { tenant: '', resources: new Map(), enlist: (change: Change) => sent.push(change as OutboxAdd) } as unknown as Unit,
  };
}

/** What the relay of a service makes of it, and another service reads. */
function published(service: string, [change]: readonly OutboxAdd[]): StoredMessage {
  if (change === undefined) throw new Error('something is sent');
  const { channel, key, headers, body } = change;
  const message = sealedBy(service, { channel, key, headers: { ...headers, ce_sequence: '7' }, body: Buffer.from(body) });
  return { ...message, partition: 0, offset: 0n, appendedAt: 0 };
}

/** What the consumer of a service makes of it for the handler. */
async function received(service: string, stored: StoredMessage, unit: Unit): Promise<MessageContext> {
  const principal = await new ConsumerTrust(new NameOwners(new Map(), ownerOf), verifierOf(service)).check(stored);
  const envelope = fromHeaders(stored.headers, JSON.parse(Buffer.from(stored.body).toString()));
  return { envelope, stored, unit, principal } as unknown as MessageContext;
}

function send(principal: Principal | undefined): StoredMessage {
  const { unit, sent } = collecting();
  runInContext({ principal }, () =>
    outboxOf('orders').enlist(unit, commandMessage(new ReserveStock('o-1'), 'orders', registry, { id: uuidv7() })),
  );
  return published('orders', sent);
}

async function handle(stored: StoredMessage, work: () => unknown): Promise<StoredMessage> {
  const { unit, sent } = collecting();
  const context = await received('product', stored, unit);
  const binding = commandBinding(registry.get('stock.reserve'), outboxOf('product'), work);
  try {
    await runInContext({ principal: ann({ subject: 'whoever delivers' }) }, () => binding.handle({}, context));
  } catch (error) {
    await binding.rejected?.(error as Rejection, context);
  }
  return published('product', sent);
}

async function answered(stored: StoredMessage): Promise<Principal | undefined> {
  let seen: Principal | undefined;
  const context = await received('orders', stored, collecting().unit);
  const bindings = answerBindings(new Map([['stock.reserve', () => void (seen = currentContext().principal)]]));
  await bindings.get(context.envelope.type)?.handle(context.envelope, context);
  return seen;
}

describe('the principal of a request', () => {
  it('goes with a command to its handler, and with the answer back', async () => {
    let seen: Principal | undefined;
    const answer = await handle(send(ann()), () => void (seen = currentContext().principal));
    expect(seen).toEqual(ann({ audience: ['product'] }));
    expect(await answered(answer)).toEqual(ann({ audience: ['orders'] }));
  });

  it('goes with a rejection too', async () => {
    const answer = await handle(send(ann()), () => {
      throw new Rejection('stock.insufficient', 'no');
    });
    expect(answer.headers['ce_type']).toBe('minos.rejection');
    expect((await answered(answer))?.subject).toBe('ann');
  });

  it('goes with an event to whoever follows it', async () => {
    const { unit, sent } = collecting();
    runInContext({ principal: ann() }, () =>
      outboxOf('orders').enlist(unit, { channel: 'orders.events', key: 'o-1', type: 'stock.reserved', data: { orderId: 'o-1' } }),
    );
    const context = await received('stock', published('orders', sent), collecting().unit);
    let seen: Principal | undefined;
    await eventBinding(registry.get('stock.reserved'), () => void (seen = currentContext().principal)).handle({}, context);
    expect(seen).toEqual(ann({ audience: ['*'] }));
  });

  it('is the service where there is none, all the way', async () => {
    const seen: (Principal | undefined)[] = [];
    const answer = await handle(send(undefined), () => seen.push(currentContext().principal));
    expect(seen[0]).toMatchObject({ subject: 'service:orders', audience: ['product'] });
    expect((await answered(answer))?.subject).toBe('service:orders');
  });
});
