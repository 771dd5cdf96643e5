import { MessagingModule, type MessagingModuleOptions } from '@minos/messaging/module';
import type { DynamicModule } from '@nestjs/common';
import { locateBroker } from '../composition/locate-broker.js';
import type { ServiceStorage } from '../composition/service-storage.js';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { RESOLVED_OPTIONS, SERVICE_STORAGE } from '../tokens.js';

/** Messaging on the storage of the service, with the broker that options and environment choose. */
export function messagingModule(): DynamicModule {
  return MessagingModule.forRootAsync({
    inject: [RESOLVED_OPTIONS, SERVICE_STORAGE],
    useFactory: async (options: ResolvedMinosOptions, storage: ServiceStorage): Promise<MessagingModuleOptions> => ({
      ...options.messaging,
      service: options.service,
      broker: await locateBroker(options, storage, process.env),
    }),
  });
}
