import { currentContext, option, validateOptions, type Clock, type Unit } from '@minos/common';
import type { OutboxAdd, OutgoingMessage } from '../contracts/outgoing-message.js';
import { DEFAULT_MAX_BYTES, outboxAdd } from './outbox-add.js';

export interface OutboxOptions {
  /** Durable name of this service: the `source` of its messages. */
  readonly source: string;
  readonly clock: Clock;
  /** Bytes of a message at the most: body, key and headers. @default 1000000 */
  readonly maxBytes?: number;
  /** Called with the slot of a message that has committed; a relay of this process takes it as its hint. It may not throw. @default nobody */
  readonly onStored?: (slot: number) => void;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  source: option.string(),
  clock: option.custom<Clock>('a Clock', isObject),
  maxBytes: option.integer({ min: 1 }).default(DEFAULT_MAX_BYTES),
  onStored: option.custom<(slot: number) => void>('a function', (value) => typeof value === 'function').optional(),
};

/** Sends messages with units: they leave after the commit, at least once each, those of one channel and key in the order of their commits. */
export class Outbox {
  private readonly options: ReturnType<typeof readOptions>;

  constructor(options: OutboxOptions) {
    this.options = readOptions(options);
  }

  /**
   * Adds a message to the unit and returns its id. What the message leaves open is taken from the unit (tenant) and the surrounding context (correlation,
   * causation, trace, principal). Does no I/O; throws what {@link outboxAdd} throws, and `UNIT_ENDED`.
   */
  enlist(unit: Unit, message: OutgoingMessage): string {
    const { onStored } = this.options;
    const change = this.prepare(unit, message);
    unit.enlist<string>(change);
    if (onStored !== undefined) unit.onStored(() => onStored(change.slot));
    return change.messageId;
  }

  /** The change that {@link enlist} would add to the unit: complete and checked, but not enlisted. */
  prepare(unit: Unit, message: OutgoingMessage): OutboxAdd {
    const { source, clock, maxBytes } = this.options;
    const { correlationId, causationId, traceparent, principal } = currentContext();
    const complete = { tenant: unit.tenant, ...given({ correlationId, causationId, traceparent, principal }), ...given(message) };
    return outboxAdd(complete as OutgoingMessage, { source, maxBytes, now: clock.now() });
  }
}

function readOptions(options: OutboxOptions) {
  return validateOptions('Outbox', FIELDS, options);
}

/** Without what is `undefined`, which would hide what lies under it. */
function given<T extends object>(fields: T): Partial<T> {
  const found: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) found[name] = fields[name];
  return found;
}
