import { option, validateOptions } from '@minos/common';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MinosServerOptions } from './minos-server.options.js';

export interface MinosMicroservicesOptions extends MinosServerOptions {
  /** Whether pattern handlers of this application are to listen; else it only sends. @default true */
  readonly server?: boolean;
}

const FIELDS = { consumer: option.string().optional(), server: option.boolean().default(true) };

export function resolveMicroservicesOptions(options: MinosMicroservicesOptions) {
  return validateOptions('MinosMicroservicesModule.forRoot', FIELDS, options);
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: MICROSERVICES_OPTIONS } =
  new ConfigurableModuleBuilder<MinosMicroservicesOptions>({
    optionsInjectionToken: Symbol.for('@minos/messaging/microservices-options'),
  })
    .setClassMethodName('forRoot')
    .setExtras<{ isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal ?? true }))
    .build();
