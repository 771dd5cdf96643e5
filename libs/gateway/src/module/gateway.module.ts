import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FrontDoor } from '../front-door/front-door.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';
import { GatewayLife } from './gateway-life.service.js';
import { ConfigurableModuleClass, type GatewayModuleExtras } from './gateway.module-definition.js';
import { GatewayProbe } from './gateway.probe.js';
import { GATEWAY_PROVIDERS } from './gateway.providers.js';
import { GatewaySeries } from './gateway.series.js';
import { OwnPathProblemFilter } from './own-path-problem.filter.js';
import { GATEWAY_PARTS } from './tokens.js';

const OWN_PATH_PROBLEMS: Provider = { provide: APP_FILTER, useClass: OwnPathProblemFilter };

type ForRoot = GatewayOptions & GatewayModuleExtras;
type ForRootAsync = Parameters<typeof ConfigurableModuleClass.forRootAsync>[0];

/**
 * The front door on the application's HTTP server, Express and Fastify alike. Everything goes through it; what is below `ownPaths` is answered by the application's own routes. Finds the directory of
 * `DiscoveryModule` and the verifier of `AuthModule` where they are imported.
 */
@Module({})
export class GatewayModule extends ConfigurableModuleClass {
  static override forRoot(options: ForRoot = {}): DynamicModule {
    const { isGlobal, ...rest } = options;
    return compose(super.forRoot(rest), { isGlobal });
  }

  static override forRootAsync(options: ForRootAsync): DynamicModule {
    return compose(super.forRootAsync(options), options);
  }
}

function compose(definition: DynamicModule, { isGlobal = true }: { readonly isGlobal?: boolean | undefined }): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    providers: [...(definition.providers ?? []), ...GATEWAY_PROVIDERS, GatewayLife, GatewayProbe, GatewaySeries, OWN_PATH_PROBLEMS],
    exports: [FrontDoor, GATEWAY_PARTS],
  };
}
