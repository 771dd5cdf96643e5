import { type MessageClass, MESSAGE_REGISTRY, type MessageRegistry, SERVICE_NAME } from '@minos/common';
import { channelsOf, type ConsumerMetadata, consumerMetadataOf, eventBinding } from '@minos/messaging';
import { type ConsumerPlan, Consumers, HandlerChain } from '@minos/messaging/module';
import { Inject, Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Dispatch } from '../dispatch/dispatch.js';
import { SagasInvalidError } from '../errors/saga.errors.js';
import { type DurableSaga, durableSagas } from '../saga/saga-events.js';
import { SagaDelivery } from '../saga/saga-delivery.js';
import { sagaDeclarationsOf } from '../saga/saga.decorator.js';

/** A provider that has sagas and `@Consumer`. */
interface FoundSagas {
  readonly type: MessageClass<object>;
  readonly consumer: ConsumerMetadata;
  /** Missing where it is made anew for each request. */
  readonly instance: object | undefined;
}

/** Makes the sagas of classes with `@Consumer` durable: their events come over the consumer of that name. Without `MinosModule` they stay in the process. */
@Injectable()
export class DurableSagaBinder implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly dispatch: Dispatch,
    @Optional() private readonly consumers?: Consumers,
    @Optional() private readonly chain?: HandlerChain,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(SERVICE_NAME) private readonly service = '',
  ) {}

  /** Throws `SAGAS_INVALID` with all faults, `NAME_CLASH`, and `HANDLERS_INVALID` where a handler of the same consumer has one of the events. */
  onModuleInit(): void {
    const faults: string[] = [];
    const plans = this.explore().flatMap((found) => this.planOf(found, faults));
    if (faults.length > 0) throw new SagasInvalidError(faults);
    this.consumers?.add(plans);
  }

  private explore(): FoundSagas[] {
    const found = new Map<unknown, FoundSagas>();
    if (this.registry === undefined) return [];
    for (const provider of this.discovery.getProviders()) {
      const instance = provider.instance as object | null | undefined;
      const type = (provider.isNotMetatype ? instance?.constructor : provider.metatype) as MessageClass<object> | null | undefined;
      const consumer = typeof type === 'function' ? consumerMetadataOf(type) : undefined;
      if (typeof type !== 'function' || consumer === undefined) continue;
      found.set(type, { type, consumer, instance: provider.isDependencyTreeStatic() ? (instance ?? undefined) : undefined });
    }
    return [...found.values()];
  }

  private planOf({ type, consumer, instance }: FoundSagas, faults: string[]): ConsumerPlan[] {
    const declarations = sagaDeclarationsOf(type);
    if (declarations.length === 0) return [];
    if (this.consumers === undefined) {
      faults.push(
        `@Consumer('${consumer.name}') on ${type.name}: its sagas need messaging, which is off. Leave messaging: false out of the features, or take @Consumer away.`,
      );
      return [];
    }
    if (instance === undefined) {
      faults.push(`@Saga() on ${type.name}: it is in request scope, and events belong to no request. Take what is away.`);
      return [];
    }
    const sagas = durableSagas(instance, declarations, faults);
    if (faults.length > 0 || sagas.length === 0) return [];
    return [this.plan(consumer, instance, sagas)];
  }

  private plan({ name, from = this.service, deadlineMs }: ConsumerMetadata, instance: object, sagas: readonly DurableSaga[]): ConsumerPlan {
    const registry = this.registry as MessageRegistry;
    const type = instance.constructor as unknown as MessageClass;
    registry.claimName({ kind: 'consumer', name, target: type });
    const events = [...new Set(sagas.flatMap((saga) => saga.events))];
    const delivery = new SagaDelivery(instance, sagas, (command) =>
      this.dispatch.enqueue(command, { name: command.constructor.name, owner: undefined }, {}),
    );
    const metadata = events.map((event) => registry.register(event).ofClass(event));
    const handler = { type, method: sagas.map(({ property }) => property).join(', ') };
    const work = (event: object, context: Parameters<SagaDelivery['handle']>[1]): Promise<void> => delivery.handle(event, context);
    return {
      consumer: name,
      channels: [{ name: channelsOf(from).events }],
      handlers: new Map(metadata.map((one) => [one.name, eventBinding(one, { work, handler }, this.chain?.chain)])),
      types: metadata.map((one) => one.name),
      places: new Map(metadata.map((one) => [one.name, handler.type.name])),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    };
  }
}
