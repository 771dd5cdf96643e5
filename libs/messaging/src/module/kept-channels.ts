import { isMinosError } from '@minos/common';
import type { Broker, ChannelDescription } from '../contracts/broker.js';
import { checkRetention, endlessChannels } from '../inbox/check-retention.js';
import type { Consumers } from './consumers.js';

/** How long the channels that are consumed keep their messages, and what follows for the marks in the inbox. */
export class KeptChannels {
  /** Channels of which the broker has said that they keep messages for a while only. */
  private finite: ReadonlySet<string> = new Set();
  private retentionMs = 0;

  constructor(
    private readonly broker: Pick<Broker, 'describe'>,
    private readonly consumers: Consumers,
  ) {}

  /**
   * Consumers whose marks may not be deleted: of channels that keep messages for ever, or of which that is not known (then it is asked again, for the next time).
   */
  endlessConsumers(): readonly string[] {
    const found = this.consumers.all().filter(({ channels }) => !channels.every((channel) => this.finite.has(channel)));
    if (found.length > 0) void this.look(this.retentionMs).catch(() => undefined);
    return found.map(({ consumer }) => consumer);
  }

  /**
   * Asks about each channel; one that is not made yet, or that the broker says nothing about now, stands for nothing. Rejects with `INBOX_RETENTION_TOO_SHORT` where marks
   * would be deleted before their messages.
   */
  async look(retentionMs: number): Promise<void> {
    this.retentionMs = retentionMs;
    const found = (await Promise.all(this.consumers.channels().map((channel) => this.describe(channel)))).flat();
    const known = {
      describe: (channel: string) => Promise.resolve(found.find(({ name }) => name === channel) as ChannelDescription),
    };
    const names = found.map(({ name }) => name);
    const [fault] = await checkRetention(known, names, retentionMs);
    if (fault !== undefined) throw fault;
    const endless = await endlessChannels(known, names);
    this.finite = new Set(names.filter((name) => !endless.has(name)));
  }

  private async describe(channel: string): Promise<ChannelDescription[]> {
    try {
      return [await this.broker.describe(channel)];
    } catch (error) {
      if (isMinosError(error, 'CHANNEL_UNKNOWN') || isMinosError(error, 'BROKER_UNAVAILABLE')) return [];
      throw error;
    }
  }
}
