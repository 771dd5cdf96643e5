import { MinosError } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';

/** A command came whose name no handler of the service has. */
export class CommandNotHandledError extends MinosError {
  readonly code = 'COMMAND_NOT_HANDLED' as const;
  readonly retryable = false;

  constructor(consumer: string, channel: string, type: string) {
    super(
      `The consumer "${consumer}" has no handler for the command "${type}" that came over "${channel}". ` +
        'Deploy a release that has one and retry the key, or discard the message.',
      { details: { consumer, channel, type } },
    );
  }
}

/** A message that a handler names cannot be read. */
export class MessageUndecodableError extends MinosError {
  readonly code = 'MESSAGE_UNDECODABLE' as const;
  readonly retryable = false;

  constructor(type: string, cause: unknown) {
    super(`A message of the type "${type}" cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      details: { type },
    });
  }
}

/** The names of a message are such that no store could keep them, or that two readers would read them differently. */
export class MessageUnsoundError extends MinosError {
  readonly code = 'MESSAGE_UNSOUND' as const;
  readonly retryable = false;

  constructor({ channel, partition }: PartitionRef, fault: string) {
    super(`A message on "${channel}" is refused: ${fault}. Its producer has to be corrected; discard the message.`, {
      details: { channel, partition },
    });
  }
}

/** A message was written by a later release than the one that reads it. */
export class MessageTooNewError extends MinosError {
  readonly code = 'MESSAGE_TOO_NEW' as const;
  readonly retryable = false;

  constructor(type: string, found: number, known: number) {
    super(
      `A message of the type "${type}" has version ${found}, and the handler knows versions up to ${known}. ` +
        'Deploy what reads a new version before what writes it, then retry the key.',
      { details: { type, found, known } },
    );
  }
}

/** A handler did not end within its deadline. What it does afterwards is not stored. */
export class HandlerTimeoutError extends MinosError {
  readonly code = 'HANDLER_TIMEOUT' as const;
  readonly retryable = true;

  constructor(type: string, deadlineMs: number) {
    super(`The handler of "${type}" did not end within ${deadlineMs} ms. Observe context.signal, or give it a longer deadline.`, {
      details: { type, deadlineMs },
    });
  }
}

/** The process died each time while it handled this message. */
export class ProcessKillerError extends MinosError {
  readonly code = 'PROCESS_KILLER' as const;
  readonly retryable = false;

  constructor(tries: number) {
    super(`The process ended ${tries} times while it handled this message: look at what its handler allocates, blocks on or exits by.`, {
      details: { tries },
    });
  }
}

/** More is parked than the consumer may park; the partition stands until some of it is drained or discarded. */
export class ParkedLimitReachedError extends MinosError {
  readonly code = 'PARKED_LIMIT_REACHED' as const;
  readonly retryable = true;

  constructor(consumer: string, key: string, what: string) {
    super(`The consumer "${consumer}" cannot park a message of the key "${key}": ${what}. Retry or discard parked messages.`, {
      details: { consumer, key },
    });
  }
}
