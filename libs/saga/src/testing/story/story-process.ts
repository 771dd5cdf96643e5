import { type Clock, encodeMessage, type MemoryCommitter, type UnitOfWork } from '@minos/common';
import type { MessageContext, MessageHandler } from '@minos/messaging/contracts';
import type { SagaStore } from '../../contracts/saga-store.js';
import { answerHandlers } from '../../engine/answer-handlers.js';
import type { KnownSaga } from '../../engine/carried-sagas.js';
import { MortalProcess } from '../crash/mortal-process.js';
import { carriedOf, type GivenSaga, registryOf } from '../service/carried.js';
import { type ServiceParts, serviceParts } from '../service/saga-parts.js';
import type { LocalHappening } from './happening.js';

export interface StoryGround {
  readonly service: string;
  readonly clock: Clock;
  readonly store: SagaStore;
  readonly committer: MemoryCommitter;
  readonly newId: () => string;
  /** A local command begins to run. */
  readonly onLocal: (happening: LocalHappening) => void;
  /** An instance could not be brought on. */
  readonly onTrouble: (error: unknown) => void;
}

/** The process that has the sagas of a story; after a crash, or with other versions, another one takes its place. */
export class StoryProcess {
  readonly unitOfWork: UnitOfWork;
  readonly sagas: readonly KnownSaga[];
  readonly registry: ReturnType<typeof registryOf>;
  readonly parts: ServiceParts;
  private readonly process: MortalProcess;
  private readonly answers: ReadonlyMap<string, MessageHandler>;

  constructor(
    private readonly ground: StoryGround,
    definitions: readonly GivenSaga[],
    life: number,
  ) {
    const { service, clock, store, committer, newId, onTrouble } = ground;
    this.process = new MortalProcess({ name: service, life, clock, newId });
    this.sagas = carriedOf(definitions, service);
    this.registry = registryOf(this.sagas);
    // Conflicts are tried again at once: nobody would move the clock for them.
    this.unitOfWork = this.process.unitOfWork(committer, { ...clock, sleep: async () => undefined });
    this.parts = serviceParts({
      ...{ service, clock: this.process.clock, newId, sagas: this.sagas, registry: this.registry, unitOfWork: this.unitOfWork },
      store: this.process.port(store, 'saga.'),
      execute: (command) => this.execute(command),
      onTrouble: (_id, error) => onTrouble(error),
    });
    this.answers = answerHandlers(this.parts.engine, () => undefined);
  }

  start(): void {
    this.parts.runner.start();
  }

  kill(): void {
    this.process.kill();
  }

  /** Delivers an answer as the consumer does. */
  async deliver(context: Pick<MessageContext, 'envelope' | 'stored'>): Promise<void> {
    const { envelope } = context;
    const handler = this.answers.get(envelope.type);
    await this.unitOfWork.run((unit) => handler?.handle(envelope, { ...context, unit } as MessageContext), { mode: 'new' });
  }

  private execute(command: object): Promise<unknown> {
    const metadata = this.registry.of(command);
    const data = encodeMessage(command, metadata);
    return new Promise((resolve, reject) => this.ground.onLocal({ kind: 'local', name: metadata.name, data, resolve, reject }));
  }
}
