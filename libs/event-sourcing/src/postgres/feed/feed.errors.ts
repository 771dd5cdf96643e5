import { MinosError, type MinosErrorOptions } from '@minos/common';

export class FeedClosedError extends MinosError {
  readonly code = 'FEED_CLOSED' as const;
  readonly retryable = false;

  constructor() {
    super('The feed is closed because the application is shutting down. Stop subscriptions before the feed is closed.');
  }
}

/** A standby knows neither who writes nor whether it has caught up, so nothing read there is settled. */
export class FeedOnStandbyError extends MinosError {
  readonly code = 'FEED_ON_STANDBY' as const;
  readonly retryable = true;

  constructor(options: MinosErrorOptions = {}) {
    super(
      'The feed was asked on a PostgreSQL standby (pg_is_in_recovery() is true), which cannot tell which events are settled. ' +
        'Connect the feed to the primary, for example with target_session_attrs=read-write, and let no proxy send its reads elsewhere.',
      options,
    );
  }
}

/** A reader stands behind the end of the log: going on would skip every event up to there. */
export class FeedPositionAheadError extends MinosError {
  readonly code = 'FEED_POSITION_AHEAD' as const;
  readonly retryable = false;

  constructor(after: bigint, latest: bigint) {
    super(
      `A reader asked for events behind position ${after}, but the latest position of this database is ${latest}: the database was restored, ` +
        `copied or failed over to a state before the reader's. If the sequence was not copied, run verifyFeed(database); ` +
        `if events are missing, reset the subscription to a position that both sides have.`,
      { details: { after: String(after), latest: String(latest) } },
    );
  }
}

export class FeedPositionError extends MinosError {
  readonly code = 'FEED_POSITION_INVALID' as const;
  readonly retryable = false;

  constructor(position: string) {
    super(`"${position}" is no position of this feed. Use feed.beginning, or a position that this store has handed out.`, {
      details: { position },
    });
  }
}

/** A prepared transaction that nobody ends keeps its events out of the feed, and all later ones. */
export class FeedPreparedTransactionError extends MinosError {
  readonly code = 'FEED_PREPARED_TRANSACTION' as const;
  readonly retryable = false;

  constructor(ids: readonly string[]) {
    super(
      `Prepared transactions have appended events and were never ended: ${ids.join(', ')}. The feed stands still behind them. ` +
        `End each with COMMIT PREPARED or ROLLBACK PREPARED, and do not append in two-phase transactions.`,
      { details: { ids } },
    );
  }
}

/** The sequence would hand out numbers that lie before stored events or checkpoints; new events would be hidden from readers. */
export class FeedSequenceBehindError extends MinosError {
  readonly code = 'FEED_SEQUENCE_BEHIND' as const;
  readonly retryable = false;

  constructor(latest: bigint, stored: bigint) {
    super(
      `The sequence minos.events_position stands at ${latest}, but an event or checkpoint is stored at ${stored}: the rows were copied without ` +
        `the sequence. Run verifyFeed(database) before anything is appended; it moves the sequence.`,
      { details: { latest: String(latest), stored: String(stored) } },
    );
  }
}

export class FeedSequenceError extends MinosError {
  readonly code = 'FEED_SEQUENCE_UNSUITABLE' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(`The feed cannot trust the positions of minos.events:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, {
      details: { faults },
    });
  }
}
