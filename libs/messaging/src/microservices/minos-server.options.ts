import { option, validateOptions, type Clock, type Duration, type MessageRegistry } from '@minos/common';
import type { MessageChain } from '../middleware/chain.js';
import type { Consumers } from '../module/consumers.js';
import type { Outbox } from '../outbox/outbox.js';
import type { FoundPattern } from './pattern.explorer.js';

export interface MinosServerOptions {
  /** Durable: first part of the names of the consumers of event patterns, which are `<consumer>.<service>` for each service that is listened to. @default '<service>.patterns' */
  readonly consumer?: string;
}

/** What the server works with: the parts of `MessagingModule`. */
export interface MinosServerParts {
  /** Durable name of this service. */
  readonly service: string;
  readonly consumers: Pick<Consumers, 'add' | 'hold' | 'release' | 'stop'>;
  readonly outbox: Outbox;
  readonly registry: MessageRegistry;
  readonly clock: Clock;
  /** What stands around every handler; asked for when messages come. */
  readonly chain: () => MessageChain;
  /** What the controllers handle, where that is known beforehand. */
  readonly patterns: readonly FoundPattern[];
}

/** The second, or third, argument of `@EventPattern`. */
export interface EventPatternExtras extends MessagePatternExtras {
  /** The service whose events they are. @default the own service */
  readonly from?: string;
}

/** The second, or third, argument of `@MessagePattern`. */
export interface MessagePatternExtras {
  /** How long one try may take. @default that of the consumers */
  readonly deadline?: Duration;
  /** The newest version of the message that the handler knows; a newer one parks its key. @default that of its class, else 1 */
  readonly version?: number;
}

const SERVER = { consumer: option.string().optional() };
const MESSAGE = { deadline: option.duration({ min: 1 }).optional(), version: option.integer({ min: 1 }).optional() };
const EVENT = { ...MESSAGE, from: option.string().optional() };

export function resolveServerOptions(options: MinosServerOptions) {
  return validateOptions('MinosServer', SERVER, options);
}

/** Throws `OPTIONS_INVALID` naming all faults at once; a command has no `from`, since it comes to the service that owns it. */
export function resolveExtras(kind: 'command' | 'event', name: string, extras: object) {
  return kind === 'event'
    ? validateOptions(`@EventPattern('${name}')`, EVENT, extras)
    : { ...validateOptions(`@MessagePattern('${name}')`, MESSAGE, extras), from: undefined };
}
