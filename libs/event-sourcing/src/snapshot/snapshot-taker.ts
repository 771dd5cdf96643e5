import { bindingOf } from '../aggregate/aggregate-binding.js';
import type { AggregateDefinition } from '../aggregate/aggregate-definition.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { Snapshot, SnapshotStore } from '../contracts/snapshot-store.js';
import { captureState } from './aggregate-state.js';
import { SnapshotStateError } from './snapshot.errors.js';

export interface SnapshotTakerOptions {
  readonly definition: AggregateDefinition;
  readonly snapshots: SnapshotStore | undefined;
  readonly report: (error: unknown) => void;
}

/** Takes a snapshot whenever an aggregate passes a multiple of its `snapshotEvery`. Fails nobody: problems are reported. */
export class SnapshotTaker {
  /** Set after the state turned out to be more than JSON, which it will be the next time too. */
  private refused = false;

  constructor(private readonly options: SnapshotTakerOptions) {}

  /** The state to save, captured now, if events after `base` passed the mark. */
  take(aggregate: AggregateRoot, base: number): Snapshot | undefined {
    const { snapshotEvery, stateVersion, type } = this.options.definition;
    const { version, stream } = bindingOf(aggregate);
    if (!this.options.snapshots || !snapshotEvery || !stream || this.refused) return undefined;
    if (Math.floor(version / snapshotEvery) === Math.floor(base / snapshotEvery)) return undefined;
    try {
      return { stream: stream.name, version, stateVersion, state: captureState(aggregate) };
    } catch (error) {
      this.refused = true;
      this.options.report(new SnapshotStateError(type.name, stream.name, error));
      return undefined;
    }
  }

  async save(snapshot: Snapshot, tenant: string): Promise<void> {
    try {
      await this.options.snapshots?.save(snapshot, tenant);
    } catch (error) {
      this.options.report(error);
    }
  }
}
