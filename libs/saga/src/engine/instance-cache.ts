import type { SagaInstance } from '../contracts/saga-instance.js';

/**
 * Instances as this process has stored them last. One may be out of date: its change is then refused, since its revision has passed, and the work runs again on what
 * is stored.
 */
export class InstanceCache {
  private readonly known = new Map<string, SagaInstance>();

  constructor(private readonly most: number) {}

  get(id: string): SagaInstance | undefined {
    return this.known.get(id);
  }

  /** The oldest goes where there are too many. */
  put(instance: SagaInstance): void {
    this.known.delete(instance.id);
    this.known.set(instance.id, instance);
    if (this.known.size <= this.most) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }

  forget(id: string): void {
    this.known.delete(id);
  }
}
