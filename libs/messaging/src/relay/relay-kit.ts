import { BrokerUnavailableError, ChannelUnknownError } from '../errors/broker.errors.js';
import type { BrokerMessage, PublishOutcome } from '../contracts/broker.js';

/** What a test reads of a published message: its key and its number within the key. */
export interface Published {
  readonly key: string;
  readonly n: number;
  readonly sequence: bigint;
}

/** Takes what it is given, and fails as tests want it. */
export class FakeBroker {
  readonly published: Published[] = [];
  calls = 0;
  /** So many calls fail; half of them store first what they were given. */
  away = 0;
  readonly missing = new Set<string>();
  /** What its error calls a missing channel. */
  missingName: (channel: string) => string = (channel) => channel;
  readonly refusedKeys = new Set<string>();
  /** Before a call resolves. */
  onPublished: (messages: readonly BrokerMessage[]) => void | Promise<void> = () => undefined;

  async publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    this.calls += 1;
    if (this.away > 0) {
      this.away -= 1;
      if (this.away % 2 === 0) this.store(messages);
      throw new BrokerUnavailableError('away');
    }
    const missing = messages.find(({ channel }) => this.missing.has(channel));
    if (missing !== undefined) throw new ChannelUnknownError(this.missingName(missing.channel));
    const outcomes = this.store(messages);
    await this.onPublished(messages);
    return outcomes;
  }

  /** In the order in which each message was published first. */
  firsts(): Published[] {
    const seen = new Set<string>();
    return this.published.filter(({ key, n }) => {
      const name = `${key}/${n}`;
      return !seen.has(name) && seen.add(name);
    });
  }

  private store(messages: readonly BrokerMessage[]): PublishOutcome[] {
    return messages.map(({ channel, key, headers, body }) => {
      if (this.refusedKeys.has(key)) return { refused: new Error(`the broker does not like ${key}`) };
      const { n } = JSON.parse(Buffer.from(body).toString()) as { n: number };
      this.published.push({ key, n, sequence: BigInt(headers['ce_sequence'] ?? '-1') });
      return { channel, partition: 0, offset: BigInt(this.published.length) };
    });
  }
}

/** How often a message came after a later one of its key. */
export function inversions(published: readonly Published[]): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { key, n } of published) {
    if (n < (last.get(key) ?? -1)) count += 1;
    last.set(key, Math.max(n, last.get(key) ?? -1));
  }
  return count;
}
