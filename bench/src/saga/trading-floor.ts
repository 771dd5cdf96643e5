import { channelsOf } from '@minos/messaging';
import type { BenchServer } from '../server.js';
import type { BrokerPlace } from '../messaging/places.js';
import { Peer } from '../peer.js';
import { BANK, STOCK, TRADER } from './trade.js';
import type { TraderCalls } from './trader.js';

export interface FloorPlace {
  readonly server: BenchServer;
  readonly broker: BrokerPlace;
  readonly namespace: string;
}

/** The channels that the services make, for who removes them from a cluster. */
export function floorChannels(namespace: string): readonly string[] {
  return [TRADER, STOCK, BANK].flatMap((service) => Object.values(channelsOf(service)).map((channel) => `${namespace}.${channel}`));
}

/** Three services in processes of their own, each with a database of its own. */
export class TradingFloor {
  private constructor(
    readonly trader: Peer<TraderCalls>,
    private readonly desks: readonly Peer<Record<string, never>>[],
  ) {}

  static async open({ server, broker, namespace }: FloorPlace): Promise<TradingFloor> {
    const place = async (service: string) => ({
      url: await server.createDatabase(`${broker.kind}_${service}`),
      broker,
      namespace,
    });
    const desks = await Promise.all(
      [STOCK, BANK].map(async (service) => Peer.start<Record<string, never>>('desk', { service, place: await place(service) })),
    );
    return new TradingFloor(await Peer.start<TraderCalls>('trader', { place: await place(TRADER) }), desks);
  }

  async close(): Promise<void> {
    for (const peer of [this.trader, ...this.desks]) await peer.close();
  }
}
