import { MinosError } from '@minos/common';

/** The state of an aggregate cannot be saved as it is. Reported, never thrown to a command: a snapshot only saves time. */
export class SnapshotStateError extends MinosError {
  readonly code = 'SNAPSHOT_STATE_INVALID' as const;
  readonly retryable = false;

  constructor(className: string, stream: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `No snapshot of ${className} (stream ${stream}) was taken, because JSON cannot carry its state: ${reason} ` +
        `Write toSnapshot() and fromSnapshot(state) in ${className}, or leave snapshotEvery out.`,
      { cause, details: { className, stream } },
    );
  }
}

/** A stored snapshot was not used; the aggregate was folded from all its events instead. */
export class SnapshotUnusableError extends MinosError {
  readonly code = 'SNAPSHOT_UNUSABLE' as const;
  readonly retryable = false;

  constructor(className: string, stream: string, reason: string, cause?: unknown) {
    super(
      `The snapshot of ${className} (stream ${stream}) was not used: ${reason}. The aggregate was folded from all its events instead. ` +
        `Raise stateVersion in @Aggregate whenever the shape of the state changes.`,
      { cause, details: { className, stream } },
    );
  }
}
