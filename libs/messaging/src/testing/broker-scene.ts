import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { until } from '@minos/common/testing';
import type { Broker, BrokerMessage, GroupMember, GroupOptions, PartitionRef, PublishOutcome, StoredMessage } from '../contracts/broker.js';
import { GroupRecord, type MemberBehaviour } from './group-record.js';

/** An adapter of the `Broker` port under test. One is set up for the whole suite; the tests use channels and groups of their own. */
export interface BrokerUnderTest {
  /** Another broker object on the same log, as another process would make it. The suite closes it. */
  open(): Broker | Promise<Broker>;
  /** A body of this many bytes is refused. */
  readonly tooLarge: number;
  /**
   * Stops a broker object from being heard, as if its process stood still, until what it answers is called; sessions of 6 s and more must lapse meanwhile.
   * Where it is left out, the tests of lost sessions are too.
   */
  freeze?(broker: Broker): (() => void | Promise<void>) | Promise<() => void | Promise<void>>;
  close?(): Promise<void>;
}

export interface JoinOptions extends Omit<GroupOptions, 'group' | 'listener' | 'channels'> {
  readonly record: GroupRecord;
  readonly channels: readonly string[];
  /** @default the record's own */
  readonly group?: string;
  readonly behaviour?: MemberBehaviour;
}

/** Each wait of the suite ends in failure after this time. */
export const WITHIN_MS = 60_000;

export const within = <T>(what: string, probe: () => T | false | undefined | Promise<T | false | undefined>): Promise<T> =>
  until<T>(probe, what, WITHIN_MS);

export const unique = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;

export const message = (channel: string, key: string, text: string): BrokerMessage => ({
  channel,
  key,
  headers: { n: text },
  body: Buffer.from(text),
});

/** A promise that a test resolves when it wants. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

export const textOf = ({ body }: BrokerMessage): string => Buffer.from(body).toString();

export const texts = (messages: readonly BrokerMessage[]): string[] => messages.map(textOf);

/** What the messages say, for each key, in the order of the list. */
export function textsByKey(messages: readonly BrokerMessage[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { key, ...rest } of messages) (found[key] ??= []).push(textOf({ key, ...rest }));
  return found;
}

export function stored(outcome: PublishOutcome | undefined): PartitionRef & { readonly offset: bigint } {
  assert.ok(outcome !== undefined && !('refused' in outcome), 'the message was not stored');
  return outcome;
}

/** The brokers, channels, groups and records of one test. */
export class BrokerScene {
  private readonly opened: Broker[] = [];
  private readonly groups = new Map<GroupRecord, string>();

  constructor(readonly subject: BrokerUnderTest) {}

  async broker(): Promise<Broker> {
    const broker = await this.subject.open();
    this.opened.push(broker);
    return broker;
  }

  async channel(broker: Broker, partitions = 4): Promise<string> {
    const name = unique('contract');
    await broker.ensureChannels([{ name, partitions }]);
    return name;
  }

  /** The record of a new group. */
  record(): GroupRecord {
    const record = new GroupRecord();
    this.groups.set(record, unique('group'));
    return record;
  }

  groupOf(record: GroupRecord): string {
    const group = this.groups.get(record);
    assert.ok(group !== undefined);
    return group;
  }

  join(broker: Broker, { record, behaviour, group = this.groupOf(record), ...rest }: JoinOptions): Promise<GroupMember> {
    return broker.join({ revokeGraceMs: 20_000, ...rest, group, listener: record.listener(rest.member, behaviour) });
  }

  /** Keys that lie in different partitions of the channel, one each; probes with the text `probe` stand in the channel afterwards. */
  async keys(broker: Broker, channel: string, count: number): Promise<string[]> {
    const found = new Map<number, string>();
    for (let round = 0; found.size < count; round++) {
      assert.ok(round < 1000, 'the keys do not spread over the partitions');
      const key = `key-${round}`;
      const { partition } = stored((await broker.publish([message(channel, key, 'probe')]))[0]);
      if (!found.has(partition)) found.set(partition, key);
    }
    return [...found.values()];
  }

  /** Everything in the channel, in the order of offsets within each partition; waits until there are `count`. */
  async read(broker: Broker, channel: string, count: number): Promise<readonly StoredMessage[]> {
    const record = this.record();
    const member = await this.join(broker, { record, member: unique('reader'), channels: [channel] });
    await within(`${count} messages of ${channel}`, () => record.handled.length >= count);
    await member.leave();
    return record.handled;
  }

  /** Closes what was opened; fails where a listener was not served as the port says. */
  async end(): Promise<void> {
    await Promise.all(this.opened.map((broker) => broker.close()));
    assert.deepEqual(
      [...this.groups.keys()].flatMap((record) => record.faults()),
      [],
    );
  }
}
