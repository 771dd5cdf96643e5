import { plainArray, textArray } from '@minos/postgres';
import type { PublishOutcome } from '../../contracts/broker.js';

/** A message on its way into the log. */
export interface PendingMessage {
  readonly channel: string;
  readonly channelId: number;
  readonly partition: number;
  readonly key: string;
  /** JSON text. */
  readonly headers: string;
  readonly body: Uint8Array;
  readonly bytes: number;
}

interface Group {
  readonly channelId: number;
  readonly partition: number;
  readonly members: number[];
}

/** What one statement appends: its parameters, and how its answer is read. */
export class PublishBatch {
  private readonly groups: readonly Group[];

  constructor(private readonly messages: readonly PendingMessage[]) {
    this.groups = groupsOf(messages);
  }

  /** The parameters of `minos_broker.publish`. */
  values(): unknown[] {
    const { groups, messages } = this;
    const places = new Array<number>(messages.length);
    const ordinals = new Array<number>(messages.length);
    groups.forEach(({ members }, place) =>
      members.forEach((index, ordinal) => {
        places[index] = place + 1;
        ordinals[index] = ordinal;
      }),
    );
    return [
      plainArray(groups.map(({ channelId }) => channelId)),
      plainArray(groups.map(({ partition }) => partition)),
      plainArray(groups.map(({ members }) => members.length)),
      plainArray(places),
      plainArray(ordinals),
      textArray(messages.map(({ key }) => key)),
      `[${messages.map(({ headers }) => headers).join(',')}]`,
      ...this.bodies(),
    ];
  }

  /** The outcome of each message, from the first offset of each partition. */
  outcomes(firsts: readonly bigint[]): PublishOutcome[] {
    const outcomes = new Array<PublishOutcome>(this.messages.length);
    this.groups.forEach(({ members, partition }, place) => {
      const first = firsts[place] ?? 0n;
      members.forEach((index, ordinal) => {
        outcomes[index] = { channel: this.messages[index]?.channel ?? '', partition, offset: first + BigInt(ordinal) };
      });
    });
    return outcomes;
  }

  /** Where each body begins (from 1) and how long it is, and all of them in one piece, which the driver sends as it is. */
  private bodies(): [string, string, Buffer] {
    const starts: number[] = [];
    let at = 1;
    for (const { body } of this.messages) {
      starts.push(at);
      at += body.byteLength;
    }
    const bodies = this.messages.map(({ body }) => body);
    return [plainArray(starts), plainArray(bodies.map(({ byteLength }) => byteLength)), Buffer.concat(bodies)];
  }
}

/** By partition, ascending: the order in which everybody locks them. */
function groupsOf(messages: readonly PendingMessage[]): Group[] {
  const groups = new Map<string, Group>();
  messages.forEach(({ channelId, partition }, index) => {
    const name = `${channelId}/${partition}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { channelId, partition, members: [index] });
    else group.members.push(index);
  });
  return [...groups.values()].sort((a, b) => a.channelId - b.channelId || a.partition - b.partition);
}
