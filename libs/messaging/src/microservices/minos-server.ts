import { type CustomTransportStrategy, type MessageHandler as NestHandler, Server } from '@nestjs/microservices';
import { fromEvent, isObservable, lastValueFrom, takeUntil } from 'rxjs';
import type { MessageContext } from '../contracts/message-handler.js';
import { HandlersInvalidError } from '../module/messaging.errors.js';
import { channelsOf } from '../send/channels.js';
import { MinosContext } from './minos.context.js';
import { type MinosServerOptions, type MinosServerParts, resolveServerOptions } from './minos-server.options.js';
import { callNoticing, callNoticingEvent } from './noticed-errors.js';
import { type AddedPattern, planPatterns } from './pattern-plans.js';
import { MINOS_TRANSPORT } from './tokens.js';

/**
 * Nest's controllers as handlers of our messages: `@MessagePattern` handles commands that this service owns, `@EventPattern` events of the services it names. Each message has
 * a unit that carries its mark, so what a handler stores happens once; what fails is tried again and then parks its key.
 *
 * It listens when `listen` was called and the application has started, in whatever order; `close` waits for what is in handling, as far as the grace time goes.
 */
export class MinosServer extends Server implements CustomTransportStrategy {
  override readonly transportId = MINOS_TRANSPORT;
  /** Our consumers take the errors of event handlers, so that Nest need not report them. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumer: string;
  private readonly added: AddedPattern[] = [];
  private listening: readonly string[] | undefined;

  constructor(
    options: MinosServerOptions,
    private readonly parts: MinosServerParts,
  ) {
    super();
    this.consumer = resolveServerOptions(options).consumer ?? `${parts.service}.patterns`;
    if (this.hasCommands) parts.consumers.hold(channelsOf(parts.service).commands);
  }

  /** Whether `listen` was called. */
  get isListening(): boolean {
    return this.listening !== undefined;
  }

  /** Whether the controllers have handlers that come to nothing unless it listens. */
  get hasPatterns(): boolean {
    return this.parts.patterns.length > 0;
  }

  override addHandler(pattern: unknown, callback: NestHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    Object.assign(callback, { isEventHandler, extras });
    this.messageHandlers.set(this.normalizePattern(pattern as string), callback);
    const work = (data: unknown, context: MessageContext): Promise<unknown> => {
      const call = (): Promise<unknown> => this.call(callback, data, new MinosContext(context));
      return isEventHandler ? callNoticingEvent(call) : callNoticing(call);
    };
    this.added.push({ kind: isEventHandler ? 'event' : 'command', pattern, extras, work });
  }

  /** Calls back with `HANDLERS_INVALID` where the handlers do not fit together, or another handler of the application has one of their messages. */
  listen(callback: (error?: unknown) => unknown): void {
    try {
      this.bind();
    } catch (error) {
      callback(error);
      return;
    }
    this._status$.next('listening');
    callback();
  }

  /** Takes nothing new and waits for what is in handling. Idempotent. */
  async close(): Promise<void> {
    await this.parts.consumers.stop(this.listening ?? []);
    this._status$.next('closed');
  }

  on(): never {
    throw new TypeError('MinosServer has no events of its own; its state is that of the consumers.');
  }

  /** The consumers of the application. */
  unwrap<T>(): T {
    return this.parts.consumers as T;
  }

  private get hasCommands(): boolean {
    return this.parts.patterns.some(({ kind }) => kind === 'command');
  }

  private bind(): void {
    if (this.listening !== undefined) return;
    const { service, consumers } = this.parts;
    const { plans, faults } = planPatterns(this.added, this.consumer, this.parts);
    if (faults.length > 0) throw new HandlersInvalidError(service, faults);
    consumers.add(plans);
    this.listening = plans.map(({ consumer }) => consumer);
    consumers.release(channelsOf(service).commands);
  }

  /** Between the hooks of instrumentation, which Nest has since 11.1. */
  private call(callback: NestHandler, data: unknown, context: MinosContext): Promise<unknown> {
    const run = async (): Promise<unknown> => {
      try {
        return await lastValue(await callback(data, context), context);
      } finally {
        this.onProcessingEndHook?.(MINOS_TRANSPORT, context);
      }
    };
    const start = this.onProcessingStartHook;
    if (start === undefined) return run();
    // What was thrown stays as it is: Nest's filters throw plain objects.
    return new Promise((resolve) => start.call(this, MINOS_TRANSPORT, context, async () => resolve(run())));
  }
}

/** Of a stream the last value; it ends with the handling. Nothing is `undefined`. */
async function lastValue(result: unknown, context: MinosContext): Promise<unknown> {
  if (!isObservable(result)) return result;
  return lastValueFrom(result.pipe(takeUntil(fromEvent(context.signal, 'abort'))), { defaultValue: undefined });
}
