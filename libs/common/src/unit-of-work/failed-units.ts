const REMEMBERED = 10_000;

/**
 * The ids of units that failed lately. A unit that stands on another names it while that one is still on its way; by the time it is
 * looked at, the other is pending, failed (then it is here), or committed.
 */
export class FailedUnits {
  private readonly ids = new Set<string>();

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size <= REMEMBERED) return;
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      return;
    }
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}
