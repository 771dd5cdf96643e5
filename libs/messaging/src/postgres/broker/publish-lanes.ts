/** What a lane gives before it is the next one's turn. */
const SHARE = 100;

interface Lane<T> {
  readonly items: T[];
  head: number;
}

/** Waiting items in one queue for each channel; the queues take turns, so that a long one does not keep the others waiting. */
export class PublishLanes<T extends { readonly channel: string; readonly bytes: number }> {
  private lanes: Lane<T>[] = [];
  private readonly byChannel = new Map<string, Lane<T>>();

  get empty(): boolean {
    return this.lanes.length === 0;
  }

  add(item: T): void {
    const lane = this.byChannel.get(item.channel);
    if (lane !== undefined) return void lane.items.push(item);
    const fresh = { items: [item], head: 0 };
    this.byChannel.set(item.channel, fresh);
    this.lanes.push(fresh);
  }

  /** Up to so many, of so many bytes together; one at least. In the order of each channel. */
  take(most: number, mostBytes: number): T[] {
    const taken: T[] = [];
    let bytes = 0;
    for (let lane = this.lanes.shift(); lane !== undefined; lane = this.lanes.shift()) {
      let left = SHARE;
      for (let item = lane.items[lane.head]; item !== undefined && left > 0; item = lane.items[lane.head]) {
        if (taken.length > 0 && (taken.length >= most || bytes + item.bytes > mostBytes)) {
          this.lanes.unshift(lane);
          return taken;
        }
        taken.push(item);
        bytes += item.bytes;
        lane.head += 1;
        left -= 1;
      }
      this.putBack(lane);
    }
    return taken;
  }

  /** Everything that waits. */
  drain(): T[] {
    const all = this.lanes.flatMap(({ items, head }) => items.slice(head));
    this.lanes = [];
    this.byChannel.clear();
    return all;
  }

  private putBack(lane: Lane<T>): void {
    const next = lane.items[lane.head];
    if (next === undefined) {
      const first = lane.items[0];
      if (first !== undefined) this.byChannel.delete(first.channel);
      return;
    }
    if (lane.head > 1_000) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
    this.lanes.push(lane);
  }
}
