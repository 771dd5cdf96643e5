/** What can be on one list. */
export interface Listed {
  /** Where it is on its list; -1 where it is on none. For the list alone. */
  at: number;
}

/**
 * What is open now, in no order; all steps take the same time however many there are. Instead of a `Set`, whose table V8 makes anew again and again where it changes all
 * the time: each refers to the next one, and once one of them has grown old all that was on those behind it stays in memory until the next full collection (decision 019).
 */
export class OpenList<T extends Listed> implements Iterable<T> {
  private readonly all: T[] = [];

  get size(): number {
    return this.all.length;
  }

  /** It must be on no list. */
  add(one: T): void {
    one.at = this.all.length;
    this.all.push(one);
  }

  /** Answers whether it was here. */
  delete(one: T): boolean {
    const { at } = one;
    if (at < 0) return false;
    const last = this.all.pop() as T;
    if (last !== one) {
      this.all[at] = last;
      last.at = at;
    }
    one.at = -1;
    return true;
  }

  /** All that are here now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.all].values();
  }
}
