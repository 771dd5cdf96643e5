import type { GroupListener, PartitionRef, StartPosition, StoredMessage } from '../contracts/broker.js';

/** What a recorded member does beside recording. */
export interface MemberBehaviour {
  /** @default what the group has handled, or 'beginning' */
  start?(partition: PartitionRef): StartPosition | Promise<StartPosition>;
  handle?(partition: PartitionRef, messages: readonly StoredMessage[]): void | Promise<void>;
  release?(partition: PartitionRef, how: 'revoked' | 'lost'): void | Promise<void>;
}

export interface RecordedDelivery {
  readonly member: string;
  readonly partition: PartitionRef;
  readonly messages: readonly StoredMessage[];
  outcome?: 'handled' | 'rejected';
}

/** One member's hold of one partition, in ticks of the record. */
interface Holding {
  readonly member: string;
  readonly partition: string;
  readonly from: number;
  to?: number;
  state: 'assigning' | 'held' | 'releasing' | 'refused' | 'revoked' | 'lost';
  /** Offset of the last message that was handled. */
  last?: bigint;
  /** First offset of the delivery that was rejected. */
  again?: bigint;
}

const nameOf = ({ channel, partition }: PartitionRef): string => `${channel}/${partition}`;

/**
 * What the members of one group are told, checked against what `GroupListener` promises: {@link GroupRecord.faults} lists what was broken.
 * It also stands for the database in which a group keeps its positions.
 */
export class GroupRecord {
  /** Messages of the deliveries whose promise resolved, of all members. */
  readonly handled: StoredMessage[] = [];
  readonly deliveries: RecordedDelivery[] = [];
  private readonly holdings: Holding[] = [];
  private readonly positions = new Map<string, bigint>();
  private readonly broken: string[] = [];
  private readonly busy = new Set<string>();
  private ticks = 0;

  listener(member: string, behaviour: MemberBehaviour = {}): GroupListener {
    const oneAtATime = async <T>(what: string, partition: PartitionRef, work: () => Promise<T>): Promise<T> => {
      const name = `${member} ${nameOf(partition)}`;
      if (this.busy.has(name)) this.broken.push(`${name}: ${what} was called while another call was running`);
      this.busy.add(name);
      return work().finally(() => this.busy.delete(name));
    };
    return {
      assigned: (partition) => oneAtATime('assigned', partition, () => this.assigned(member, partition, behaviour)),
      messages: (partition, messages) => oneAtATime('messages', partition, () => this.messages({ member, partition, messages }, behaviour)),
      revoked: (partition, how) => oneAtATime('revoked', partition, () => this.revoked(member, partition, how, behaviour)),
    };
  }

  /** The members that hold partitions now, with the names of these. */
  holders(): Map<string, string[]> {
    const holders = new Map<string, string[]>();
    for (const { member, partition, state } of this.holdings) {
      if (state === 'held') holders.set(member, [...(holders.get(member) ?? []), partition].sort());
    }
    return holders;
  }

  /** How many times a member was told so. */
  count(state: 'refused' | 'revoked' | 'lost', member?: string): number {
    return this.holdings.filter((holding) => holding.state === state && (member === undefined || holding.member === member)).length;
  }

  /** Offset behind the last message that was handled. */
  position(partition: PartitionRef): bigint | undefined {
    return this.positions.get(nameOf(partition));
  }

  /** Everything that went against the port, and every partition that two members held at a time, unless the first was told that it lost it. */
  faults(): string[] {
    return [...this.broken, ...this.overlaps()];
  }

  private async assigned(member: string, partition: PartitionRef, behaviour: MemberBehaviour): Promise<StartPosition> {
    const name = nameOf(partition);
    if (this.current(member, name) !== undefined) this.broken.push(`${member} ${name}: assigned twice`);
    const holding: Holding = { member, partition: name, from: ++this.ticks, state: 'assigning' };
    this.holdings.push(holding);
    try {
      const start = behaviour.start === undefined ? (this.positions.get(name) ?? 'beginning') : await behaviour.start(partition);
      holding.state = 'held';
      if (typeof start === 'bigint') holding.last = start - 1n;
      return start;
    } catch (error) {
      holding.state = 'refused';
      holding.to = ++this.ticks;
      throw error;
    }
  }

  private async messages(delivery: RecordedDelivery, behaviour: MemberBehaviour): Promise<void> {
    const { member, partition, messages } = delivery;
    const name = nameOf(partition);
    const holding = this.current(member, name);
    this.checkDelivery(delivery, holding);
    this.deliveries.push(delivery);
    try {
      await behaviour.handle?.(partition, messages);
      delivery.outcome = 'handled';
    } catch (error) {
      delivery.outcome = 'rejected';
      if (holding !== undefined) holding.again = messages[0]?.offset;
      throw error;
    }
    const last = messages.at(-1)?.offset ?? 0n;
    if (holding !== undefined) Object.assign(holding, { last, again: undefined });
    this.positions.set(name, last + 1n);
    this.handled.push(...messages);
  }

  private checkDelivery({ member, partition, messages }: RecordedDelivery, holding: Holding | undefined): void {
    const name = nameOf(partition);
    const state = holding?.state ?? 'not assigned';
    if (state !== 'held') this.broken.push(`${member} ${name}: messages while it is ${state}`);
    if (messages.length === 0) this.broken.push(`${member} ${name}: an empty delivery`);
    this.checkOffsets(`${member} ${name}`, messages, holding);
    for (const message of messages) {
      if (nameOf(message) !== name) this.broken.push(`${member} ${name}: a message of ${nameOf(message)}`);
    }
  }

  private checkOffsets(who: string, messages: readonly StoredMessage[], holding: Holding | undefined): void {
    const offsets = messages.map(({ offset }) => offset);
    const again = holding?.again ?? offsets[0];
    if (offsets[0] !== again) this.broken.push(`${who}: ${again} was rejected, but ${offsets[0]} came next`);
    let last = holding?.last ?? -1n;
    for (const offset of offsets) {
      if (offset <= last) this.broken.push(`${who}: ${offset} came behind ${last}`);
      last = offset;
    }
  }

  private async revoked(member: string, partition: PartitionRef, how: 'revoked' | 'lost', behaviour: MemberBehaviour): Promise<void> {
    const name = nameOf(partition);
    const holding = this.current(member, name);
    if (holding?.state !== 'held')
      return void this.broken.push(`${member} ${name}: ${how} while it is ${holding?.state ?? 'not assigned'}`);
    holding.state = 'releasing';
    try {
      await behaviour.release?.(partition, how);
    } finally {
      holding.state = how;
      holding.to = ++this.ticks;
    }
  }

  private current(member: string, partition: string): Holding | undefined {
    return this.holdings.find((holding) => holding.member === member && holding.partition === partition && holding.to === undefined);
  }

  private overlaps(): string[] {
    const faults: string[] = [];
    for (const [index, earlier] of this.holdings.entries()) {
      if (earlier.state === 'lost') continue;
      for (const later of this.holdings.slice(index + 1)) {
        if (later.partition !== earlier.partition || (earlier.to ?? Infinity) < later.from) continue;
        faults.push(`${later.member} was assigned ${later.partition} while ${earlier.member} had it (${earlier.state})`);
      }
    }
    return faults;
  }
}
