import { type MessageClass, messageMetadataOf } from '@minos/common';
import type { MessageContext } from '@minos/messaging/contracts';
import { filter, firstValueFrom, merge, Observable, of, toArray } from 'rxjs';
import { SagaCommandUnnamedError, SagaStreamMissingError } from '../errors/saga.errors.js';
import type { DurableSaga } from './saga-events.js';

/** Sends a command with the unit that is open. */
type Enqueue = (command: object) => Promise<unknown>;

/** Hands single events to the sagas of one class, and enqueues what they emit. */
export class SagaDelivery {
  constructor(
    private readonly instance: object,
    private readonly sagas: readonly DurableSaga[],
    private readonly enqueue: Enqueue,
  ) {}

  /**
   * All sagas of the class that are for this event, one after the other, in the unit of the delivery. Rejects with what a saga throws, with `SAGA_COMMAND_UNNAMED`, with
   * what `CommandBus.enqueue` rejects with, and with the reason of the signal where a saga has not completed before it aborts.
   */
  async handle(event: object, { signal }: Pick<MessageContext, 'signal'>): Promise<void> {
    for (const { property, events } of this.sagas) {
      if (!events.includes(event.constructor as unknown as MessageClass)) continue;
      for (const command of await this.commandsOf(property, event, signal)) await this.enqueue(command);
    }
  }

  private async commandsOf(property: string, event: object, signal: AbortSignal): Promise<readonly object[]> {
    const place = `${this.instance.constructor.name}.${property}`;
    const saga = (this.instance as Readonly<Record<string, unknown>>)[property] as (events$: Observable<object>) => unknown;
    const commands$ = saga.call(this.instance, of(event));
    if (!(commands$ instanceof Observable)) throw new SagaStreamMissingError(place);
    const collected$ = (commands$ as Observable<object | undefined>).pipe(
      filter((command) => command !== undefined && command !== null),
      toArray(),
    );
    const commands = await firstValueFrom(merge(aborting(signal), collected$));
    const unnamed = commands.find((command) => messageMetadataOf(command.constructor) === undefined);
    if (unnamed !== undefined) throw new SagaCommandUnnamedError(place, unnamed.constructor.name);
    return commands;
  }
}

/** Emits nothing, and fails when the signal aborts. */
function aborting(signal: AbortSignal): Observable<never> {
  return new Observable((subscriber) => {
    const abort = (): void => subscriber.error(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    return () => signal.removeEventListener('abort', abort);
  });
}
