import { MinosError, Rejection } from '@minos/common';
import type { RecordedEvent } from '@minos/event-sourcing';

/** Another service has answered of its feed what cannot be. Nothing of it is used: a view that believed it would miss events for good. */
export class FeedAnswerInvalidError extends MinosError {
  readonly code = 'FEED_ANSWER_INVALID' as const;
  readonly retryable = true;

  constructor(what: string) {
    super(
      `The owner of a feed gave an answer that cannot be: ${what}. Look at the owner's release; its feed may have begun anew, then rebuild the projection.`,
      {
        details: { what },
      },
    );
  }
}

/** An event is too large for the message that would carry it to another service. */
export class FeedEventTooLargeError extends MinosError {
  readonly code = 'FEED_EVENT_TOO_LARGE' as const;
  readonly retryable = false;

  constructor({ stream, version, type, position }: RecordedEvent, bytes: number) {
    super(
      `The event ${type} (${stream}, version ${version}, position ${position}) has ${bytes} bytes, and views of other services cannot get it. ` +
        'Store a reference to what is large instead; a projection that must pass this one leaves its type out.',
      { details: { stream, version, type, position, bytes } },
    );
  }
}

/** A service reads a feed whose owner does not name it. */
export class FeedReadRefused extends Rejection<'FEED_READ_REFUSED'> {
  override readonly code = 'FEED_READ_REFUSED' as const;
  readonly retryable = false;

  constructor(owner: string, reader: string) {
    super(
      'FEED_READ_REFUSED',
      `${reader} may not read the feed of ${owner}. Name it there: MinosModule.forRoot({ cqrs: { feedReaders: ['${reader}'] } }).`,
    );
  }
}

/** A feed is asked for with what it cannot have. */
export class FeedReadInvalid extends Rejection<'FEED_READ_INVALID'> {
  override readonly code = 'FEED_READ_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super('FEED_READ_INVALID', `A feed cannot be read so: ${faults.join('; ')}.`);
  }
}

/** The owner of a feed cannot read it as it is asked. */
export class FeedReadFailed extends Rejection<'FEED_READ_FAILED'> {
  override readonly code = 'FEED_READ_FAILED' as const;
  readonly retryable = false;

  constructor(cause: unknown) {
    super('FEED_READ_FAILED', `The owner could not read its feed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
