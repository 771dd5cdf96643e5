import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { Broker } from '../contracts/broker.js';
import type { OutboxStore } from '../contracts/outbox-store.js';
import type { RequestsStatus } from '../request/requests.js';
import type { WorkPlace, WorkSeen } from './settled.js';

/** The messages of one service, as {@link MessagingWork} looks at them. */
export interface MessagingParts {
  readonly broker: Pick<Broker, 'describe'>;
  readonly outbox: Pick<OutboxStore, 'progress'>;
  readonly consumers: { statuses(): readonly ConsumerStatus[] };
  readonly requests?: { status(): RequestsStatus };
}

/** What of a service's messages is under way: not yet published, not yet handled by its own consumers, or asked and not yet answered. */
export class MessagingWork implements WorkPlace {
  constructor(
    private readonly service: string,
    private readonly parts: MessagingParts,
  ) {}

  async look(): Promise<WorkSeen> {
    const { outbox, consumers, requests } = this.parts;
    const { unsent } = await outbox.progress();
    const statuses = consumers.statuses().filter(({ running }) => running);
    const seen = await Promise.all(statuses.map((status) => this.lookAt(status)));
    const outstanding = requests?.status().outstanding ?? 0;
    const busy = [
      ...(unsent > 0 ? [`${this.service} has ${unsent} messages to publish`] : []),
      ...seen.flatMap((one) => one.busy),
      ...(outstanding > 0 ? [`${this.service} waits for ${outstanding} replies`] : []),
    ];
    return { busy, mark: [this.service, ...seen.map(({ mark }) => mark)].join(' ') };
  }

  private async lookAt({ consumer, member, partitions, counts }: ConsumerStatus): Promise<WorkSeen> {
    const ends = await this.endsOf([...new Set(partitions.map(({ channel }) => channel))]);
    const behind = partitions.filter(
      ({ channel, partition, done, inHand }) => inHand > 0 || (ends.get(`${channel}/${partition}`) ?? 0n) > (done ?? 0n),
    );
    const joins = member?.state !== 'active' || partitions.length < member.assignment.length;
    const busy = [
      ...(joins ? [`${consumer} joins its group`] : []),
      ...behind.map(({ channel, partition }) => `${consumer} has messages of ${channel}/${partition} to handle`),
    ];
    const held = partitions.map(({ channel, partition, epoch }) => `${channel}/${partition}@${epoch}`);
    return { busy, mark: JSON.stringify([consumer, held, [...ends].map(([place, end]) => `${place}:${end}`), counts]) };
  }

  private async endsOf(channels: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const found = await Promise.all(channels.map((channel) => this.parts.broker.describe(channel)));
    return new Map(found.flatMap(({ partitions }) => partitions.map(({ channel, partition, next }) => [`${channel}/${partition}`, next])));
  }
}
