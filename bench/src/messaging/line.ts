import type { BatchSizes } from './bare-loop.js';
import { openBroker } from './brokers.js';
import { Peer } from '../peer.js';
import type { BrokerPlace, Places, Route } from './places.js';
import type { ReceiverCalls } from './receiver.js';
import type { SenderCalls, Sent } from './sender.js';

export interface Passed extends Sent {
  /** Rows that one statement had on average: units of a commit, messages of a publish, handled messages of a commit. */
  readonly rows: BatchSizes;
  /** From the first unit's beginning to the commit of the last effect. */
  readonly perSecond: number;
}

/** Two services in processes of their own, and a channel between them. */
export class Line {
  private constructor(
    private readonly sender: Peer<SenderCalls>,
    private readonly receiver: Peer<ReceiverCalls>,
  ) {}

  static async open(places: Places, route: Route): Promise<Line> {
    await ensureChannel(places.broker, route.channel);
    const options = { places, route };
    const receiver = await Peer.start<ReceiverCalls>('receiver', options);
    return new Line(await Peer.start<SenderCalls>('sender', options), receiver);
  }

  /** Sends for so many seconds as fast as it goes and waits until all of it has arrived. */
  async flood(callers: number, seconds: number, most = Number.MAX_SAFE_INTEGER): Promise<Passed> {
    const [sender, batches] = [await this.sender.ask('counts'), await this.receiver.ask('batches')];
    const sent = await this.sender.ask('flood', { callers, seconds, most });
    const at = await this.receiver.ask('handled', sent.messages);
    const after = await this.sender.ask('counts');
    const rows = {
      commit: (after.units - sender.units) / (after.batches - sender.batches),
      publish: (after.published - sender.published) / (after.publishes - sender.publishes),
      handle: sent.messages / ((await this.receiver.ask('batches')) - batches),
    };
    return { ...sent, rows, perSecond: (sent.messages * 1000) / (at - sent.since) };
  }

  /** Milliseconds from the acknowledged commit to the call of the handler, one per message; infinite for one that did not arrive. */
  async delays(perSecond: number, seconds: number): Promise<number[]> {
    const committed = await this.sender.ask('trickle', { perSecond, seconds });
    await this.receiver.ask('handled', committed.length);
    const arrivals = new Map(await this.receiver.ask('arrivals'));
    return committed.map(([id, at]) => Math.max(0, (arrivals.get(id) ?? Number.POSITIVE_INFINITY) - at));
  }

  async close(): Promise<void> {
    await this.sender.close();
    await this.receiver.close();
  }
}

async function ensureChannel(place: BrokerPlace, name: string): Promise<void> {
  const { broker, close } = openBroker(place);
  try {
    await broker.ensureChannels([{ name }]);
  } finally {
    await close();
  }
}
