import { type Command, type MessageClass, messageMetadataOf } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import {
  type AsyncContext,
  type Command as NestCommand,
  CommandBus as NestCommandBus,
  type CqrsModuleOptions,
  type ICommand,
  type ICommandHandler,
} from '@nestjs/cqrs';
import { ApplicationBehaviours } from '../behaviours/application-behaviours.js';
import { surrounded } from '../behaviours/surrounded.js';
import { Dispatch, type EnqueueOptions } from '../dispatch/dispatch.js';
import { MessageNotHandledError, WrongBusError } from '../errors/cqrs.errors.js';
import { NEST_OPTIONS } from '../tokens.js';
import { type BoundHandler, boundIdOf, handlerTypeOf, isBound, wrapBound } from './bound-handlers.js';
import { type Executed, type ExecuteOptions, readExecuteOptions, type TokenOptions } from './execute-options.js';
import type { Unchecked } from './unchecked.js';

/**
 * The command bus of @nestjs/cqrs, for commands of any service. A command without a durable name stays in the process, as there. One with a name runs in a unit of
 * work: what its handler stores and sends commits together, and a conflict runs the handler again. Inside an open unit it joins that. One that another
 * service owns is asked of that service.
 */
@Injectable()
export class CommandBus<CommandBase extends ICommand = ICommand> extends NestCommandBus<CommandBase> {
  constructor(
    moduleRef: ModuleRef,
    @Optional() @Inject(NEST_OPTIONS) options?: CqrsModuleOptions,
    @Optional() @Inject(Dispatch) readonly dispatch: Dispatch = new Dispatch(),
    @Optional() @Inject(ApplicationBehaviours) private readonly behaviours?: ApplicationBehaviours,
  ) {
    super(moduleRef, options);
  }

  /**
   * Resolves with what the handler answers. Rejects with what it throws, with `COMMAND_NOT_HANDLED` where this service has no handler, and with what
   * `Requests.ask` rejects with where another service owns the command. With `token` it gives the consistency token of what was stored, too; inside an open unit the token is good
   * once that has committed.
   */
  override execute<R = void>(command: Command<R> | NestCommand<R>, options: TokenOptions): Promise<Executed<R>>;
  override execute<R = void>(command: Command<R> | NestCommand<R>, options?: AsyncContext | ExecuteOptions): Promise<R>;
  override execute<T extends CommandBase, R = Unchecked>(command: T, options?: AsyncContext | ExecuteOptions): Promise<R>;
  override execute(given: object, options?: AsyncContext | ExecuteOptions | TokenOptions): Promise<unknown> {
    const command = given as CommandBase;
    const { context, token = false, ...asking } = readExecuteOptions<ExecuteOptions & Partial<TokenOptions>>(options);
    const metadata = messageMetadataOf(command.constructor);
    if (metadata !== undefined && metadata.kind !== 'command') return Promise.reject(new WrongBusError('CommandBus', metadata));
    if (metadata !== undefined && this.dispatch.isElsewhere(metadata))
      return token ? this.dispatch.askForToken(command, metadata, asking) : this.dispatch.ask(command, metadata, asking);
    if (metadata !== undefined && !isBound(this['handlers'] as Map<string, BoundHandler>, '__command__', command))
      return Promise.reject(new MessageNotHandledError(metadata));
    const handle = (): Promise<unknown> => super.execute<CommandBase, unknown>(command, context);
    return token ? this.dispatch.inUnitForToken(handle) : handle();
  }

  /**
   * Sends the command to the service that owns it, this one included, with the open unit or one of its own: it leaves when the unit has committed, is handled once,
   * and nobody waits for an answer. With `at` or `after` it leaves then. Resolves with its id; rejects with what `Messages.send` does.
   */
  enqueue(command: object, options: EnqueueOptions = {}): Promise<string> {
    const metadata = messageMetadataOf(command.constructor) ?? { name: command.constructor.name, owner: undefined };
    return this.dispatch.enqueue(command, metadata, options);
  }

  override bind<T extends CommandBase>(handler: InstanceWrapper<ICommandHandler<T>>, id: string): void {
    super.bind(handler, id);
    const type = handlerTypeOf(handler);
    const behaviours = this.behaviours?.around(type) ?? [];
    const inside = (bound: BoundHandler): BoundHandler =>
      behaviours.length === 0
        ? bound
        : (message, context) => surrounded(behaviours, { kind: 'command', message, handler: type }, () => bound(message, context));
    wrapBound(this['handlers'] as Map<string, BoundHandler>, id, (bound) => this.inUnit(inside(bound)));
  }

  /** Handles commands of this class with a function, where no provider does: for libraries whose parts are handlers, while modules initialise. */
  handleBy<C extends object>(command: MessageClass<C>, work: (command: C) => unknown): void {
    const bound = this.inUnit((message) => work(message as C));
    (this['handlers'] as Map<string, BoundHandler>).set(boundIdOf('__command__', command), bound);
  }

  private inUnit(bound: BoundHandler): BoundHandler {
    const { dispatch } = this;
    return (message, context) =>
      messageMetadataOf(message.constructor) === undefined ? bound(message, context) : dispatch.inUnit(() => bound(message, context));
  }
}
