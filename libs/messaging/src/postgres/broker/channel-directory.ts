import { ChannelUnknownError } from '../../errors/broker.errors.js';
import type { BrokerGateway } from './broker-gateway.js';
import { FIND_CHANNELS } from './broker.sql.js';

export interface KnownChannel {
  readonly name: string;
  readonly id: number;
  readonly partitions: number;
}

/** The channels that this process has met. Their ids and partitions never change, so they are asked for once. */
export class ChannelDirectory {
  private readonly known = new Map<string, KnownChannel>();

  constructor(private readonly gateway: BrokerGateway) {}

  get(name: string): KnownChannel | undefined {
    return this.known.get(name);
  }

  /** Rejects with `CHANNEL_UNKNOWN` for the first that was not made; that is asked anew each time. */
  async find(names: readonly string[], what: string): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.known.has(name));
    if (missing.length === 0) return;
    for (const channel of await this.gateway.call<KnownChannel>(what, FIND_CHANNELS, [missing])) this.known.set(channel.name, channel);
    const unknown = missing.find((name) => !this.known.has(name));
    if (unknown !== undefined) throw new ChannelUnknownError(unknown);
  }

  /** The database is not the one that it was: it was restored, or made anew. */
  forget(): void {
    this.known.clear();
  }
}
