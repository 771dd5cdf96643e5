import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { GatewayOptions } from '../options/gateway-module.options.js';

/** What is fixed when the module is declared, before any factory runs. */
export interface GatewayModuleExtras {
  /** @default true */
  readonly isGlobal?: boolean;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: GATEWAY_OPTIONS } = new ConfigurableModuleBuilder<GatewayOptions>({
  optionsInjectionToken: Symbol.for('@minos/gateway/options'),
})
  .setClassMethodName('forRoot')
  .setExtras<GatewayModuleExtras>({}, (definition) => definition)
  .build();
