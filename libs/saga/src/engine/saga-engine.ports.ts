import type { Clock, MessageRegistry, UnitOfWork } from '@minos/common';
import type { Outbox } from '@minos/messaging';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import type { SagaStore } from '../contracts/saga-store.js';
import type { SagaAnswer } from '../turn/answers.js';
import type { SagaChange } from './saga-change.js';

export interface SagaEnginePorts {
  /** Durable name of the service. */
  readonly service: string;
  readonly store: SagaStore;
  readonly unitOfWork: UnitOfWork;
  readonly outbox: Pick<Outbox, 'enlist'>;
  /** Throws what the outbox would throw on this message, so that the step that makes it is parked. @default nothing is looked at before */
  readonly check?: (message: OutgoingMessage) => void;
  readonly registry: MessageRegistry;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Hears of an instance that something is due of now, once that is committed. It may not throw. */
  readonly onDue?: (id: string) => void;
  /** Hears when something of an instance will be due, once that is committed: milliseconds since the epoch on the store's clock. It may not throw. */
  readonly onTimer?: (at: number) => void;
  /** Hears of each change of an instance, once that is committed. It may not throw. */
  readonly onChanged?: (change: SagaChange) => void;
  /** Hears of answers that were not applied. */
  readonly onUnapplied?: (answer: SagaAnswer & { readonly sagaId: string; readonly why: string }) => void;
}
