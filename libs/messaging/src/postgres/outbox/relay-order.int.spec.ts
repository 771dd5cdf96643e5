import { until } from '@minos/common/testing';
import type { BrokerMessage, PublishOutcome } from '../../contracts/broker.js';
import { Outbox } from '../../outbox/outbox.js';
import { OutboxRelay } from '../../relay/outbox-relay.js';
import { FakeBroker, inversions } from '../../relay/relay-kit.js';
import { openTestingOutbox } from '../outbox-kit.js';

const KEYS = 200;
const PER_KEY = 60;
const RELAYS = 4;
const DEADLINE_MS = 120_000;

/** Takes a while to store, a different one each time. */
class SlowBroker extends FakeBroker {
  override async publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
    return super.publish(messages);
  }
}

type Opened = Awaited<ReturnType<typeof openTestingOutbox>>;

/** One message after the other for each key, all keys at once: a message's number says its place in the commits of its key. */
async function sendAll({ unitOfWork, clock }: Opened, onStored?: (slot: number) => void): Promise<void> {
  const outbox = new Outbox({ source: 'order', clock, onStored });
  const sendKey = async (key: string): Promise<void> => {
    for (let n = 0; n < PER_KEY; n += 1) {
      await unitOfWork.run((unit) => void outbox.enlist(unit, { channel: 'stock', key, type: 'test.sent', data: { n } }));
    }
  };
  await Promise.all(Array.from({ length: KEYS }, (_, key) => sendKey(`key-${key}`)));
}

/** Takes what nobody else has taken, publishes and deletes it: what a relay does that has heard of SKIP LOCKED. */
async function naiveRelay({ database }: Opened, broker: FakeBroker, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await database.transaction(async (sql) => {
      const { rows } = await sql.query<{ id: bigint; key: string; body: string }>(
        'select id, key, body from minos.outbox order by id limit 100 for update skip locked',
      );
      const messages = rows.map(({ id, key, body }) => ({
        channel: 'stock',
        key,
        headers: { ce_sequence: String(id) },
        body: Buffer.from(body),
      }));
      await broker.publish(messages);
      await sql.query('delete from minos.outbox where id = any ($1::bigint[])', [rows.map(({ id }) => id)]);
    });
  }
}

describe('relays that run at once', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openTestingOutbox(16);
  });
  afterEach(() => opened.close());

  it('lose and invert nothing, also while they come and go', async () => {
    const broker = new SlowBroker();
    const newRelay = (): OutboxRelay => {
      const relay = new OutboxRelay({ ...opened, broker }, { batchSize: 100, lease: '2s' });
      relay.start();
      return relay;
    };
    const relays = Array.from({ length: RELAYS }, newRelay);
    const holding = async (): Promise<number> =>
      (await Promise.all(relays.map((relay) => relay.progress()))).filter(({ heldGroups }) => heldGroups.length > 0).length;
    await until(async () => (await holding()) === RELAYS, 'every relay to hold groups', DEADLINE_MS);
    const sending = sendAll(opened, (slot) => relays.forEach((relay) => relay.hint(slot)));
    const all = KEYS * PER_KEY;
    for (let restarted = 0; restarted < RELAYS; restarted += 1) {
      await until(() => broker.published.length > (all * (restarted + 1)) / (RELAYS + 2), 'some to be published', DEADLINE_MS);
      await relays[restarted]?.stop();
      relays[restarted] = newRelay();
    }
    await sending;
    await until(async () => (await opened.store.progress()).unsent === 0, 'the outbox to be empty', DEADLINE_MS);
    await Promise.all(relays.map((relay) => relay.stop()));
    expect(broker.firsts()).toHaveLength(all);
    expect(inversions(broker.firsts())).toBe(0);
  });

  it('would invert keys if each took what is not locked (control)', async () => {
    const broker = new SlowBroker();
    let over = false;
    const relays = Array.from({ length: RELAYS }, () => naiveRelay(opened, broker, () => over));
    await sendAll(opened);
    await until(async () => (await opened.store.progress()).unsent === 0, 'the outbox to be empty', DEADLINE_MS);
    over = true;
    await Promise.all(relays);
    expect(broker.firsts()).toHaveLength(KEYS * PER_KEY);
    expect(inversions(broker.firsts())).toBeGreaterThan(0);
  });
});
