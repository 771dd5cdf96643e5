import { MinosError, type OutcomeUnknownError } from '@minos/common';

/** A request as its errors name it. */
export interface AskedRequest {
  readonly requestId: string;
  /** Durable name of what was asked. */
  readonly type: string;
  /** Where it went. */
  readonly channel: string;
}

const UNKNOWN: OutcomeUnknownError['code'] = 'OUTCOME_UNKNOWN';

/** No reply came in time, and whether the request was handled is not known. Told from a commit of ours whose outcome is unknown by its `requestId`. */
export class RequestOutcomeUnknownError extends MinosError {
  readonly code = UNKNOWN;
  readonly retryable = true;
  /** Asking again with this id has no second effect, and gives the first reply. */
  readonly requestId: string;

  constructor(request: AskedRequest, what: string, cause?: unknown) {
    super(
      `${what}, so whether "${request.type}" (request ${request.requestId} over "${request.channel}") was handled is not known. ` +
        `Ask again with the same id, ask(command, { id: error.requestId }): it is handled once, and the reply is the first one.`,
      { cause, details: { ...request } },
    );
    this.requestId = request.requestId;
  }
}

/** The request came to its handler when nobody waited for it any more. Nothing was done for this asking. */
export class RequestExpiredError extends MinosError {
  readonly code = 'REQUEST_EXPIRED' as const;
  readonly retryable = true;

  constructor(request: AskedRequest) {
    super(
      `The request ${request.requestId} ("${request.type}" over "${request.channel}") waited for longer than its time before it was handled, and was left undone. ` +
        `Ask again with the same id; if this goes on, look at the backlog of "${request.channel}", or give the request more time.`,
      { details: { ...request } },
    );
  }
}

/** The key of the request is parked: something of it cannot be handled, and everything behind waits for an operator. */
export class KeyParkedError extends MinosError {
  readonly code = 'KEY_PARKED' as const;
  readonly retryable = true;

  /** `cause` is the code for which the request itself was parked, where it does not only stand behind another message. */
  constructor(request: AskedRequest, cause?: string) {
    const why = cause === undefined ? 'stands behind a message of its key that could not be handled' : `could not be handled (${cause})`;
    super(
      `The request ${request.requestId} ("${request.type}" over "${request.channel}") ${why}, and is parked. ` +
        `When the key is free again ask again with the same id.`,
      { details: { ...request, ...(cause === undefined ? {} : { cause }) } },
    );
  }
}

/** The request counts as handled, and there is no reply: an operator discarded it, or its id was first used for a command that asked for none. */
export class ReplyNotKeptError extends MinosError {
  readonly code = 'REPLY_NOT_KEPT' as const;
  readonly retryable = false;

  constructor(request: AskedRequest) {
    super(
      `The request ${request.requestId} ("${request.type}" over "${request.channel}") is marked as handled and has no reply: an operator discarded it, or its id ` +
        `was first used for a command that was sent without asking. It is not handled under this id any more; ask with a new one if it shall be.`,
      { details: { ...request } },
    );
  }
}

/** A request inside an open unit would wait for a message that leaves only with the commit, or hold the unit's connection for as long as others take. */
export class RemoteCallInUnitError extends MinosError {
  readonly code = 'REMOTE_CALL_IN_UNIT' as const;
  readonly retryable = false;

  constructor(type: string, unitId: string) {
    super(
      `"${type}" was asked of another service inside the open unit ${unitId}, which would stay open until the reply comes, and could roll back what was answered. ` +
        `Send it with the unit, messages.send(command), and take the answer in an @AnswerHandler; ask before the unit or after it (a query: before its first write); ` +
        `or, where its effects may stay when this unit fails, ask(command, { detached: true }).`,
      { details: { type, unitId } },
    );
  }
}

/** This instance asks nothing more: it shuts down, or has not been started. */
export class RequestsClosedError extends MinosError {
  readonly code = 'REQUESTS_CLOSED' as const;
  readonly retryable = true;

  constructor(type: string) {
    super(`"${type}" was not asked: this instance shuts down, or its Requests were not started. Nothing was sent; ask another instance.`, {
      details: { type },
    });
  }
}

/** There is no place for replies to this instance. */
export class ReplyPlaceMissingError extends MinosError {
  readonly code = 'REPLY_PLACE_MISSING' as const;
  readonly retryable = true;

  constructor(what: string, cause?: unknown) {
    const why = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : 'for a reason that it does not tell'}`;
    super(`${what}${why}`, { cause });
  }
}
