import { AuthModule } from '@minos/auth/module';
import { DiscoveryModule } from '@minos/discovery/module';
import { GatewayModule } from '@minos/gateway/module';
import { HealthModule } from '@minos/health';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Environment } from './environment.js';
import { GATEWAY, ServiceNameModule } from './service-name.module.js';

/** Tokens of clients are made for this audience. */
const AUDIENCE = 'shop';
/** In which auth keeps a sign-in by a provider; with the prefix where browsers come by https. */
const OIDC_COOKIES = ['minos_oidc_*', '__Host-minos_oidc_*'];

// #region module
@Module({})
export class GatewayAppModule {
  static with({ trustedProxies, corsOrigins, accessLog, shutdownDelay }: Environment): DynamicModule {
    return {
      module: GatewayAppModule,
      imports: [
        ServiceNameModule,
        HealthModule.forRoot({ shutdownDelay }),
        // Its own routes are probes, and what clients ask for is decided by the routes of the services: no guard of Nest is needed.
        AuthModule.forRoot({ accessTokens: { audience: AUDIENCE }, guard: false, mints: true }),
        DiscoveryModule.forRoot({ register: false }),
        GatewayModule.forRoot({ service: GATEWAY, trustedProxies, cors: { origins: corsOrigins }, cookies: OIDC_COOKIES, accessLog }),
      ],
    };
  }
}
// #endregion
