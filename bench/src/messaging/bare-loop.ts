import { uuidv7 } from '@minos/common';
import { outboxAdd } from '@minos/messaging';
import { Client } from 'pg';
import { DELETE_OUTBOX, INSERT_EFFECTS, INSERT_MESSAGES, INSERT_OUTBOX, READ_MESSAGES, READ_OUTBOX } from './bare-loop.sql.js';
import { EFFECT_DATA, EFFECT_TYPE, keyOf, MESSAGE_DATA, ORDER_PLACED } from './sample-message.js';

/** How many rows a statement of each stage has. */
export interface BatchSizes {
  readonly commit: number;
  readonly publish: number;
  readonly handle: number;
}

export type BareCalls = {
  /** Messages per second through all stages, which work at the same time; each waits for its own statements alone. */
  readonly loop: (options: { readonly sizes: BatchSizes; readonly seconds: number }) => Promise<number>;
};

const SAMPLE = outboxAdd(
  { channel: 'bare', key: 'order-1', type: ORDER_PLACED.name, data: MESSAGE_DATA, correlationId: uuidv7() },
  { source: 'orders' },
);
const HEADERS = JSON.stringify(SAMPLE.headers);
const EFFECT = JSON.stringify(EFFECT_DATA);

/** What is sent ahead of what is handled, at the most: the loop is to end soon after its time. */
const MOST_AHEAD = 2_000;

/** The same rows through the same tables with nothing but the driver, between two databases of the server. */
export async function openBareLoop(urls: { readonly sender: string; readonly receiver: string }) {
  const clients = [urls.sender, urls.sender, urls.receiver, urls.sender].map((connectionString) => new Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const [sender, relay, receiver, log] = clients as [Client, Client, Client, Client];
  const bare = new BareStages({ sender, relay, receiver, log });
  const calls: BareCalls = { loop: ({ sizes, seconds }) => bare.loop(sizes, seconds) };
  const close = async (): Promise<void> => void (await Promise.all(clients.map((client) => client.end())));
  return { calls, close };
}

interface Clients {
  readonly sender: Client;
  readonly relay: Client;
  readonly receiver: Client;
  readonly log: Client;
}

class BareStages {
  private sent = 0;
  private relayed = 0;
  private handled = 0;

  constructor(private readonly clients: Clients) {}

  async loop(sizes: BatchSizes, seconds: number): Promise<number> {
    const begun = performance.now();
    const before = this.handled;
    let sending = true;
    const sendAll = async (): Promise<void> => {
      while (performance.now() < begun + seconds * 1000) {
        await this.orRest(this.sent - this.handled > MOST_AHEAD ? Promise.resolve(0) : this.send(sizes.commit));
      }
      sending = false;
    };
    const relayAll = async (): Promise<void> => {
      while (sending || this.relayed < this.sent) await this.orRest(this.relay(sizes.publish));
    };
    const handleAll = async (): Promise<void> => {
      while (sending || this.handled < this.sent) await this.orRest(this.handle(sizes.handle));
    };
    await Promise.all([sendAll(), relayAll(), handleAll()]);
    return ((this.handled - before) * 1000) / (performance.now() - begun);
  }

  /** A stage that found nothing lets the others go on. */
  private async orRest(work: Promise<number>): Promise<void> {
    if ((await work) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  private async send(count: number): Promise<number> {
    const ids = Array.from({ length: count }, () => uuidv7());
    const keys = ids.map((_, index) => keyOf(this.sent + index));
    await this.clients.sender.query({ ...INSERT_OUTBOX, values: [ids, SAMPLE.channel, keys, HEADERS, SAMPLE.body] });
    this.sent += count;
    return count;
  }

  private async relay(most: number): Promise<number> {
    const { relay } = this.clients;
    const { rows } = await relay.query<{ id: string; key: string; headers: object; body: string }>({ ...READ_OUTBOX, values: [most] });
    if (rows.length === 0) return 0;
    const columns = [rows.map(({ key }) => key), rows.map(({ headers }) => JSON.stringify(headers)), rows.map(({ body }) => body)];
    await relay.query({ ...INSERT_MESSAGES, values: columns });
    await relay.query({ ...DELETE_OUTBOX, values: [rows.map(({ id }) => id)] });
    this.relayed += rows.length;
    return rows.length;
  }

  private async handle(most: number): Promise<number> {
    const { log, receiver } = this.clients;
    const { rows } = await log.query<{ body: Buffer }>({ ...READ_MESSAGES, values: [this.handled, most] });
    const read = rows.filter(({ body }) => JSON.parse(body.toString()) !== null).length;
    if (read === 0) return 0;
    const ids = rows.map(() => uuidv7());
    const streams = ids.map((id) => `stock-${id}`);
    this.handled += read;
    await receiver.query({ ...INSERT_EFFECTS, values: [ids, streams, ids, EFFECT_TYPE, this.handled, EFFECT] });
    return read;
  }
}
