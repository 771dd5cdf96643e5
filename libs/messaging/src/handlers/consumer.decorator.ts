import { defineMetadata, durationOf, ownMetadata, type Duration } from '@minos/common';

export interface ConsumerOptions {
  /** The service whose events it handles. @default the own service */
  readonly from?: string;
  /** How long the handling of one message may take before its signal aborts and the try counts as failed. @default '30s' */
  readonly deadline?: Duration;
}

/** What {@link Consumer} wrote on a class. */
export interface ConsumerMetadata {
  readonly name: string;
  readonly from: string | undefined;
  readonly deadlineMs: number | undefined;
}

const CONSUMER = Symbol.for('@minos/consumer');

/**
 * Makes a handler of events durable: it gets every event of the service `from`, in order for each stream, also those that were published while it was away, and
 * what it does in the database happens once. `name` is durable: it names the place in the input and the marks of what was handled, so a new name begins anew.
 */
export function Consumer(name: string, options: ConsumerOptions = {}): ClassDecorator {
  const { from, deadline } = options;
  const metadata: ConsumerMetadata = { name, from, deadlineMs: deadline === undefined ? undefined : durationOf(deadline) };
  return (target) => defineMetadata(target, CONSUMER, Object.freeze(metadata));
}

/** What the decorator of exactly this class wrote. */
export function consumerMetadataOf(target: object): ConsumerMetadata | undefined {
  return ownMetadata<ConsumerMetadata>(target, CONSUMER);
}
