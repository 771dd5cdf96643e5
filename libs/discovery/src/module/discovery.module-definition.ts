import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { DiscoveryOptions } from './discovery-options.js';
import { DISCOVERY_OPTIONS } from './tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } = new ConfigurableModuleBuilder<DiscoveryOptions>({
  optionsInjectionToken: DISCOVERY_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<{ /** @default true */ readonly isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal = true }) => ({
    ...definition,
    global: isGlobal,
  }))
  .build();
