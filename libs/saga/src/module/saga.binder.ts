import {
  type MessageClass,
  messageMetadataOf,
  type MessageMetadata,
  MESSAGE_REGISTRY,
  type MessageRegistry,
  SERVICE_NAME,
} from '@minos/common';
import { channelsOf, eventBinding } from '@minos/messaging';
import type { MessageContext } from '@minos/messaging/contracts';
import {
  type ConsumerPlan,
  Consumers,
  HandlerChain,
  HandlerExplorer,
  MESSAGING_SETTINGS,
  type MessagingSettings,
} from '@minos/messaging/module';
import { short } from '@minos/postgres';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import type { EventStart } from '../definition/plan.js';
import { answerHandlers } from '../engine/answer-handlers.js';
import type { KnownSaga } from '../engine/carried-sagas.js';
import { SagaPlansInvalidError } from '../errors/saga.errors.js';
import { CommandStarts } from './command-starts.js';
import { definitionFaults } from './definition-faults.js';
import { SAGA_PARTS, type SagaParts } from './saga.providers.js';
import { type FoundSaga, SagaExplorer } from './saga.explorer.js';

/** Makes consumers of the sagas of the application, and lets them run once it has started. */
@Injectable()
export class SagaBinder implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sagas');

  constructor(
    private readonly explorer: SagaExplorer,
    private readonly commandStarts: CommandStarts,
    @Optional() @Inject(SAGA_PARTS) private readonly parts?: SagaParts,
    @Optional() private readonly consumers?: Consumers,
    @Optional() private readonly chain?: HandlerChain,
    @Optional() private readonly handlers?: HandlerExplorer,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(SERVICE_NAME) private readonly service: string = '',
    @Optional() @Inject(MESSAGING_SETTINGS) private readonly settings?: Pick<MessagingSettings, 'run'>,
  ) {}

  /** Throws `SAGA_PLANS_INVALID` with all faults. */
  onModuleInit(): void {
    const found = this.explorer.explore();
    const undecorated = this.explorer.undecorated().map(({ name }) => `${name}: write @Saga('the.name', { version: 1 }) on it.`);
    const faults = [...undecorated, ...(found.length === 0 ? [] : this.faultsOf(found))];
    if (faults.length > 0) throw new SagaPlansInvalidError(faults);
    const { parts, consumers } = this;
    if (found.length === 0 || parts === undefined || consumers === undefined) return;
    consumers.add([this.answersPlan(parts), ...parts.engine.sagas.all.flatMap((saga) => this.startPlans(parts, saga, found))]);
  }

  /** Sagas go on where their answers are handled. */
  onApplicationBootstrap(): void {
    if (this.settings?.run !== false && (this.parts?.engine.sagas.all.length ?? 0) > 0) this.parts?.runner.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.parts?.runner.stop();
  }

  private faultsOf(found: readonly FoundSaga[]): readonly string[] {
    if (this.parts === undefined || this.consumers === undefined)
      return found.map(
        ({ type }) => `@Saga on ${type.name}: sagas need MinosModule with messaging. Leave messaging: false out of the features.`,
      );
    const { service, registry } = this;
    return definitionFaults(found, { service, registry, handlers: this.handlers?.explore() });
  }

  private answersPlan({ engine }: SagaParts): ConsumerPlan {
    const { sagas } = channelsOf(this.service);
    const onStray = ({ envelope, stored }: MessageContext): void =>
      this.logger.warn(`An answer of ${short(envelope.source)} with the key "${short(stored.key)}" names no saga and was not applied.`);
    const handlers = answerHandlers(engine, onStray);
    return { consumer: sagas, channels: [{ name: sagas }], handlers, types: engine.sagas.all.map(({ name }) => name) };
  }

  /** Of a saga in several versions the newest is started. */
  private startPlans(parts: SagaParts, saga: KnownSaga, found: readonly FoundSaga[]): ConsumerPlan[] {
    if (parts.engine.sagas.named(saga.name) !== saga) return [];
    return [...this.eventStarts(parts, saga, found), ...this.commandStarts.bind(parts, saga)];
  }

  private eventStarts(parts: SagaParts, saga: KnownSaga, found: readonly FoundSaga[]): ConsumerPlan[] {
    const starts = saga.plan.starts.filter(({ kind }) => kind === 'event');
    if (starts.length === 0) return [];
    const { from = this.service } = found.find(({ type }) => type === saga.type) ?? {};
    const consumer = `saga.${saga.name}`;
    this.registry?.claimName({ kind: 'consumer', name: consumer, target: saga.type });
    const bound = starts.map((start) => ({ start, metadata: messageMetadataOf(start.message) as MessageMetadata }));
    const handlers = new Map(bound.map(({ start, metadata }) => [metadata.name, this.startHandler(parts, saga, start, metadata)]));
    return [{ consumer, channels: [{ name: channelsOf(from).events }], handlers, types: [...handlers.keys()] }];
  }

  private startHandler({ starts }: SagaParts, saga: KnownSaga, start: EventStart, metadata: MessageMetadata) {
    const handler = { type: saga.type as MessageClass, method: 'plan' };
    const work = async (event: object, { unit, envelope }: MessageContext): Promise<void> =>
      void (await starts.beginBy(unit, { saga, start, message: event, messageId: `${envelope.source} ${envelope.id}` }));
    return eventBinding(metadata, { work, handler }, this.chain?.chain);
  }
}
