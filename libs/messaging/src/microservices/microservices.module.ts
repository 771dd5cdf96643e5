import { CLOCK, type Clock, type MessageRegistry, SystemClock } from '@minos/common';
import { Inject, Logger, Module, type OnApplicationBootstrap, type OnModuleInit, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Consumers } from '../module/consumers.js';
import { HandlerChain } from '../module/handler-chain.js';
import type { MessagingSettings } from '../module/messaging.options.js';
import type { MessagingStorage } from '../module/messaging-storage.js';
import { KNOWN_MESSAGES, MESSAGING_SETTINGS, MESSAGING_STORAGE } from '../module/tokens.js';
import { Outbox } from '../outbox/outbox.js';
import { Requests } from '../request/requests.js';
import type { MinosClientPorts } from './client.options.js';
import {
  ConfigurableModuleClass,
  MICROSERVICES_OPTIONS,
  type MinosMicroservicesOptions,
  resolveMicroservicesOptions,
} from './microservices.module-definition.js';
import { MinosClientProxy } from './minos-client-proxy.js';
import { MinosServer } from './minos-server.js';
import { PatternExplorer } from './pattern.explorer.js';
import { MINOS_CLIENT } from './tokens.js';

const PORTS = Symbol.for('@minos/messaging/client-ports');
const optional = (token: symbol | typeof Requests) => ({ token, optional: true });

const PROVIDERS: Provider[] = [
  PatternExplorer,
  {
    provide: PORTS,
    useFactory: (...[{ service }, outbox, { unitOfWork }, registry, requests]: PortsInOrder): MinosClientPorts => ({
      service,
      outbox,
      unitOfWork,
      registry,
      ...(requests === undefined ? {} : { requests }),
    }),
    inject: [MESSAGING_SETTINGS, Outbox, MESSAGING_STORAGE, KNOWN_MESSAGES, optional(Requests)],
  },
  { provide: MINOS_CLIENT, useFactory: (ports: MinosClientPorts) => new MinosClientProxy({}, ports), inject: [PORTS] },
  {
    provide: MinosServer,
    useFactory: (...[options, { service, outbox, registry }, consumers, explorer, middleware, clock]: ServerPartsInOrder): MinosServer => {
      const { consumer, server } = resolveMicroservicesOptions(options);
      const patterns = server ? explorer.patterns() : [];
      return new MinosServer(consumer === undefined ? {} : { consumer }, {
        service,
        consumers,
        outbox,
        registry,
        clock: clock ?? new SystemClock(),
        chain: () => middleware.chain,
        patterns,
      });
    },
    inject: [MICROSERVICES_OPTIONS, PORTS, Consumers, PatternExplorer, HandlerChain, optional(CLOCK)],
  },
];

type PortsInOrder = [
  settings: MessagingSettings,
  outbox: Outbox,
  storage: MessagingStorage,
  registry: MessageRegistry,
  requests: Requests | undefined,
];

type ServerPartsInOrder = [
  options: MinosMicroservicesOptions,
  ports: MinosClientPorts,
  consumers: Consumers,
  explorer: PatternExplorer,
  middleware: HandlerChain,
  clock: Clock | undefined,
];

/**
 * Nest's microservices face of `MessagingModule`, or of `MinosModule`, which has to be imported too: a `MinosServer` for `connectMicroservice`, a client under
 * `MINOS_CLIENT`, and what the `MinosClientProxy`s of `ClientsModule` send with.
 */
@Module({ imports: [DiscoveryModule], providers: PROVIDERS, exports: [MinosServer, MINOS_CLIENT] })
export class MinosMicroservicesModule extends ConfigurableModuleClass implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('Messaging');

  constructor(
    @Inject(PORTS) private readonly ports: MinosClientPorts,
    private readonly explorer: PatternExplorer,
    private readonly server: MinosServer,
  ) {
    super();
  }

  onModuleInit(): void {
    for (const client of this.explorer.clients()) client.bind(this.ports);
  }

  onApplicationBootstrap(): void {
    if (this.server.isListening || !this.server.hasPatterns) return;
    this.logger.warn(
      'Pattern handlers, and commands with them, wait for the microservice: app.connectMicroservice({ strategy: app.get(MinosServer) }), then ' +
        'await app.startAllMicroservices(). An application that only sends imports MinosMicroservicesModule.forRoot({ server: false }).',
    );
  }
}
