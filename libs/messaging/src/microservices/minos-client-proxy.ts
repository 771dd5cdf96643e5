import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { defer, type Observable } from 'rxjs';
import { type MinosClientOptions, type MinosClientPorts, resolveClientOptions } from './client.options.js';
import { ClientUnboundError } from './microservices.errors.js';
import { askedMessage, emittedMessage, type PatternSender } from './pattern-message.js';

/**
 * Nest's client over our messages. `send` asks the service that owns a command and gives its reply; `emit` sends with the open unit, or with one of its own, what
 * nobody answers. Patterns are durable names, or `MinosPattern`s.
 *
 * Both go through the outbox: what was sent is not lost, and what is emitted in a unit leaves only when the unit commits.
 */
export class MinosClientProxy extends ClientProxy {
  private readonly logger = new Logger(MinosClientProxy.name);
  private readonly options: ReturnType<typeof resolveClientOptions>;

  /** Clients of `ClientsModule` get their ports from `MinosMicroservicesModule`. */
  constructor(
    options: MinosClientOptions = {},
    private ports?: MinosClientPorts,
  ) {
    super();
    this.options = resolveClientOptions(options);
  }

  /** Gives a client that was made without them what it sends with; one that has it keeps it. */
  bind(ports: MinosClientPorts): void {
    this.ports ??= ports;
  }

  /**
   * Enlists the message at once: in the open unit, whose commit is then the one of the message, or in one of its own, which has committed when the observable emits. It
   * emits the id of the message, to whoever subscribes and whenever; an error that nobody hears is logged.
   */
  override emit<TResult, TInput>(pattern: unknown, data: TInput): Observable<TResult> {
    const packet = { pattern, data };
    this.onDispatchHook?.(packet);
    const sent = this.dispatchEvent<TResult>(packet);
    let heard = false;
    sent.catch((error: unknown) => {
      if (!heard) this.logger.error(error);
    });
    return defer(() => {
      heard = true;
      return sent;
    });
  }

  /** There is nothing to connect: the broker is the application's. */
  async connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // The broker is the application's.
  }

  /** What it sends with. */
  unwrap<T>(): T {
    return this.bound as T;
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    this.ask(packet).then(
      (response) => callback({ response: response ?? null, isDisposed: true }),
      (err: unknown) => callback({ err, isDisposed: true }),
    );
    return () => undefined;
  }

  /** Runs up to the enlisting before it returns, so that a caller that does not wait is still in its unit. */
  protected async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const { outbox, unitOfWork } = this.bound;
    const message = emittedMessage(pattern, data, this.sender);
    const unit = unitOfWork.current();
    const id = unit === undefined ? await unitOfWork.run((own) => outbox.enlist(own, message)) : outbox.enlist(unit, message);
    return id as T;
  }

  private async ask({ pattern, data }: ReadPacket): Promise<unknown> {
    const { requests } = this.bound;
    if (requests === undefined) throw new ClientUnboundError('requests');
    const { timeout } = this.options;
    return requests.askMessage(askedMessage(pattern, data, this.sender), timeout === undefined ? {} : { timeout });
  }

  private get sender(): PatternSender {
    const { service, registry } = this.bound;
    return { service, registry, owner: this.options.owner };
  }

  private get bound(): MinosClientPorts {
    if (this.ports === undefined) throw new ClientUnboundError('module');
    return this.ports;
  }
}
