const MOST = 2_000;

/** Aggregates as they were last folded, those that were used last. */
export class FoldedAggregates<A> {
  private readonly kept = new Map<string, A>();

  /** Whoever takes one has it alone. */
  take(name: string): A | undefined {
    const found = this.kept.get(name);
    this.kept.delete(name);
    return found;
  }

  keep(name: string, aggregate: A): void {
    this.kept.delete(name);
    this.kept.set(name, aggregate);
    if (this.kept.size <= MOST) return;
    const [oldest] = this.kept.keys();
    if (oldest !== undefined) this.kept.delete(oldest);
  }
}
