import { assertSingleCopy, MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { aggregateDefinition } from '@minos/event-sourcing';
import { FeatureExplorer } from '@minos/event-sourcing/module';
import { HealthService } from '@minos/health';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ServiceStorage } from '../composition/service-storage.js';
import {
  Consumers,
  type FoundHandler,
  HandlerExplorer,
  OPENED_BROKER,
  type OpenedBroker,
  SERVICE_TRUST,
  type ServiceTrust,
} from '@minos/messaging/module';
import { bindHandlers, type BoundHandlers } from '../explorer/message.registrar.js';
import { EXTRAS, RESOLVED_OPTIONS, SERVICE_STORAGE } from '../tokens.js';
import type { MinosExtras, ResolvedMinosOptions } from '../options/minos-options.js';
import { httpAdapterOf } from '../http/http-adapter-of.js';
import { BootRowExplorer } from './boot-row.explorer.js';
import { bootReport } from './boot-report.js';
import { BootFailedError } from './boot.errors.js';
import { linksOf } from './links.js';

/** How messages are signed, for people. */
const SIGNED: Readonly<Record<ServiceTrust['signing'], string>> = {
  keys: ', messages are signed',
  development: ', messages are signed with the keys of development',
  none: ', messages are not signed',
};

/** Checks an application while it starts, and says at the end what was found. */
@Injectable()
export class BootService implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('Minos');
  private handlers: readonly FoundHandler[] = [];
  private bound: BoundHandlers = { unnamed: [], faults: [] };

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMinosOptions,
    @Inject(EXTRAS) private readonly extras: MinosExtras,
    @Inject(SERVICE_STORAGE) private readonly storage: ServiceStorage,
    @Inject(MESSAGE_REGISTRY) private readonly registry: MessageRegistry,
    private readonly features: FeatureExplorer,
    private readonly explorer: HandlerExplorer,
    private readonly rows: BootRowExplorer,
    private readonly adapterHost: HttpAdapterHost,
    @Optional() private readonly health?: HealthService,
    @Optional() private readonly consumers?: Consumers,
    @Optional() @Inject(OPENED_BROKER) private readonly broker?: OpenedBroker,
    @Optional() @Inject(SERVICE_TRUST) private readonly trust?: ServiceTrust,
  ) {}

  /** Global modules are initialised first, so nothing of the application has used a message yet. */
  onModuleInit(): void {
    assertSingleCopy();
    this.handlers = this.explorer.explore();
    this.bound = bindHandlers(this.registry, this.handlers);
    if (this.bound.faults.length > 0) throw new BootFailedError(this.options.service, this.bound.faults);
  }

  /** With HTTP the report waits for the address. */
  onApplicationBootstrap(): void {
    const adapter = httpAdapterOf(this.adapterHost);
    if (adapter === undefined) return this.report();
    this.adapterHost.listen$.subscribe(() => {
      this.warnOfMissingShutdownHooks();
      this.report();
    });
  }

  private report(): void {
    const { options, extras, storage, registry } = this;
    const adapter = httpAdapterOf(this.adapterHost);
    this.logger.log(
      bootReport({
        service: options.service,
        storage: storage.description,
        broker: this.broker && `${this.broker.description}${this.trust ? SIGNED[this.trust.signing] : ''}`,
        consumers: this.consumers?.plans() ?? [],
        aggregates: this.features.explore().aggregates.map((type) => ({ name: aggregateDefinition(type).name, type: type.name })),
        messages: registry.all(),
        handlers: this.handlers,
        rows: this.rows.explore(),
        unnamed: this.bound.unnamed,
        probes: this.health?.probeNames() ?? [],
        adapter: adapter === undefined ? 'none (no HTTP)' : adapter.getType(),
        links: adapter === undefined ? [] : linksOf(adapter, options, extras),
      }),
    );
  }

  private warnOfMissingShutdownHooks(): void {
    if (process.listenerCount('SIGTERM') > 0) return;
    this.logger.warn(
      'Nobody listens to SIGTERM: requests under way would be cut. Call app.enableShutdownHooks() in main.ts before app.listen().',
    );
  }
}
