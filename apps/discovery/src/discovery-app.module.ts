import { REGISTRY_STATUSES, RegistryModule } from '@minos/discovery/server';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';
import { registryEnvironment } from './registry-environment.js';

const BODY_BYTES = 256 * 1024;

// #region registry
@Module({
  imports: [
    MinosModule.forRoot({
      service: 'discovery',
      database: { name: 'discovery' },
      features: { messaging: false, cqrs: false },
      http: { bodyLimit: BODY_BYTES, statuses: REGISTRY_STATUSES },
    }),
    RegistryModule.forRoot(registryEnvironment(process.env)),
  ],
})
export class DiscoveryAppModule {}
// #endregion
