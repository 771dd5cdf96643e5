import { MESSAGE_REGISTRY, messageMetadataOf, type MessageRegistry } from '@minos/common';
import { aggregateDefinition } from '@minos/event-sourcing';
import { FeatureExplorer } from '@minos/event-sourcing/module';
import { channelRole } from '@minos/messaging';
import { Consumers, MESSAGING_SETTINGS, type MessagingSettings, SERVICE_TRUST, type ServiceTrust } from '@minos/messaging/module';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ProblemStatuses } from '../http/problem/problem-statuses.js';
import type { MinosExtras, ResolvedMinosOptions } from '../options/minos-options.js';
import { EXTRAS, RESOLVED_OPTIONS } from '../tokens.js';
import { brokerFacts } from './asyncapi/broker-facts.js';
import type { ConsumerFacts, ServiceFacts } from './asyncapi/service-facts.js';
import { DocumentsServiceMissingError } from './documents.errors.js';
import { SagaDocuments } from './sagas/saga-documents.js';
import { sagaFacts } from './sagas/saga-facts.js';

const PROBES = ['live', 'ready', 'startup'];

/** Reads from the registries of an application what the service sends, handles and answers. Complete once the modules have initialised. */
@Injectable()
export class ServiceFactsExplorer {
  private readonly options: ResolvedMinosOptions;
  private readonly registry: MessageRegistry;
  private readonly features: FeatureExplorer;

  constructor(
    @Optional() @Inject(RESOLVED_OPTIONS) options?: ResolvedMinosOptions,
    @Optional() @Inject(MESSAGE_REGISTRY) registry?: MessageRegistry,
    @Optional() features?: FeatureExplorer,
    @Optional() private readonly consumers?: Consumers,
    @Optional() @Inject(MESSAGING_SETTINGS) private readonly settings?: MessagingSettings,
    @Optional() @Inject(SERVICE_TRUST) private readonly trust?: ServiceTrust,
    @Optional() @Inject(EXTRAS) private readonly extras: MinosExtras = {},
    @Optional() private readonly sagas?: SagaDocuments,
  ) {
    if (options === undefined || registry === undefined || features === undefined) throw new DocumentsServiceMissingError();
    [this.options, this.registry, this.features] = [options, registry, features];
  }

  get service(): string {
    return this.options.service;
  }

  /** Statuses of error and rejection codes; `undefined` where the HTTP edge of the suite does not stand before the routes. */
  get statuses(): ProblemStatuses | undefined {
    return (this.extras.features?.http ?? true) ? this.options.http.statuses : undefined;
  }

  /** Routes of the suite that answer in a way of their own, below the global prefix or not. */
  get ownRoutes(): readonly string[] {
    const { healthPath = 'health', metricsPath = 'metrics' } = this.extras;
    return [`/${metricsPath}`, ...PROBES.map((probe) => `/${healthPath}/${probe}`)];
  }

  explore(): ServiceFacts {
    const consumers = this.consumers?.plans() ?? [];
    return {
      service: this.service,
      messages: this.registry.all(),
      published: this.published(consumers),
      consumers,
      sagas: sagaFacts(this.sagas?.all() ?? []),
      names: this.registry.names(),
      signed: this.trust !== undefined && this.trust.signing !== 'none',
      ...(this.settings === undefined ? {} : { broker: brokerFacts(this.settings) }),
    };
  }

  /** The events of its aggregates, and those that its modules declare, unless they are handled as events of another service. */
  private published(consumers: readonly ConsumerFacts[]): ReadonlySet<string> {
    const { aggregates, messages } = this.features.explore();
    const own = aggregates.flatMap((type) => aggregateDefinition(type).events);
    const foreign = new Set(consumers.filter((one) => !this.isOwn(one)).flatMap(({ types }) => types));
    const declared = messages.filter((message) => !foreign.has(messageMetadataOf(message)?.name ?? ''));
    return new Set([...own, ...declared].flatMap((type) => messageMetadataOf(type)?.name ?? []));
  }

  private isOwn({ channels }: ConsumerFacts): boolean {
    return channels.every((channel) => channelRole(channel).service === this.service);
  }
}
