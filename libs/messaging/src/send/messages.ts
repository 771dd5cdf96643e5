import { uuidv7, type MessageRegistry, type UnitOfWork } from '@minos/common';
import type { Outbox } from '../outbox/outbox.js';
import { commandMessage, type SendOptions } from './command-message.js';

export interface MessagesOptions {
  /** Durable name of this service. */
  readonly service: string;
  readonly outbox: Outbox;
  readonly unitOfWork: UnitOfWork;
  readonly registry: MessageRegistry;
}

/** Sends commands to the services that own them. */
export class Messages {
  constructor(private readonly options: MessagesOptions) {}

  /**
   * Sends a command with the open unit, or with one of its own: it leaves when the unit has committed, and never without it. The owner handles it once; commands with
   * one key in the order of their commits. The answer comes to the service's answer handler of that command, not to this call, which resolves with the command's id.
   */
  send(command: object, options: Partial<SendOptions> = {}): Promise<string> {
    const { service, outbox, unitOfWork, registry } = this.options;
    const message = commandMessage(command, service, registry, { ...options, id: options.id ?? uuidv7() });
    return unitOfWork.run((unit) => outbox.enlist(unit, message));
  }
}
