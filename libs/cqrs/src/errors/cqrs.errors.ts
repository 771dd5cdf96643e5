import { MinosError, type MessageMetadata } from '@minos/common';
import type { CommandNotHandledError } from '@minos/messaging';

const NOT_HANDLED: CommandNotHandledError['code'] = 'COMMAND_NOT_HANDLED';

/** Nobody handles the command, or answers the query, in the service that owns it. */
export class MessageNotHandledError extends MinosError {
  readonly code = NOT_HANDLED;
  readonly retryable = false;

  constructor({ kind, name, target, owner }: MessageMetadata) {
    const decorator = kind === 'query' ? 'QueryHandler' : 'CommandHandler';
    super(
      `Nothing handles the ${kind} ${name} here. List a class with @${decorator}(${target.name}) among the providers` +
        `${owner === undefined ? `, or say who owns it: @${kind === 'query' ? 'Query' : 'Command'}('${name}', { owner: '…' })` : ''}.`,
      { details: { kind, name } },
    );
  }
}

/** A message of one kind was given to the bus of another. */
export class WrongBusError extends MinosError {
  readonly code = 'WRONG_BUS' as const;
  readonly retryable = false;

  constructor(bus: 'CommandBus' | 'QueryBus', { kind, name, target }: MessageMetadata) {
    const right = kind === 'query' ? 'QueryBus.execute()' : kind === 'command' ? 'CommandBus.execute()' : 'EventBus.publish()';
    super(`${target.name} (${name}) is ${kind === 'event' ? 'an' : 'a'} ${kind}: ${bus}.execute() does not take it; use ${right}.`, {
      details: { bus, kind, name },
    });
  }
}

/** A message is owned by another service, and this one cannot reach others. */
export class MessagingOffError extends MinosError {
  readonly code = 'MESSAGING_OFF' as const;
  readonly retryable = false;

  constructor({ name, owner = '' }: Pick<MessageMetadata, 'name' | 'owner'>, what: string) {
    super(
      `${what} of ${name}${owner === '' ? '' : `, which ${owner} owns,`} needs messaging, and this application has none. ` +
        "Import MinosModule.forRoot({ service: '…' }) of @minos/nest, without messaging: false among its features.",
      { details: { name, owner } },
    );
  }
}

/** Two modules would each register all handlers, and sagas and event handlers would run twice. */
export class CqrsModuleTwiceError extends MinosError {
  readonly code = 'CQRS_MODULE_TWICE' as const;
  readonly retryable = false;

  constructor(other: '@nestjs/cqrs' | '@minos/cqrs', importers: readonly string[]) {
    const what =
      other === '@nestjs/cqrs'
        ? 'CqrsModule of @nestjs/cqrs and CqrsModule of @minos/cqrs are both imported'
        : 'CqrsModule of @minos/cqrs is imported with options and once more';
    const places = importers.join(', ') || 'the modules that import it';
    const cure =
      other === '@nestjs/cqrs'
        ? `Change the import in ${places} to @minos/cqrs.`
        : `Take it out of ${places}: MinosModule.forRoot() brings it, and takes its options: { cqrs: { behaviours: [] } }.`;
    super(`${what}: every saga and event handler would run twice. ${cure}`, { details: { other, importers } });
  }
}

/** A behaviour called its `next()` again. */
export class BehaviourNextTwiceError extends MinosError {
  readonly code = 'BEHAVIOUR_NEXT_TWICE' as const;
  readonly retryable = false;

  constructor(behaviour: string) {
    super(`${behaviour}.handle() called next() twice: the handler would run twice in one unit. Call it once, and retry outside the bus.`, {
      details: { behaviour },
    });
  }
}
