import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { RegistryOptions } from '../registry/registry-options.js';
import { REGISTRY_OPTIONS } from './tokens.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<RegistryOptions>({ optionsInjectionToken: REGISTRY_OPTIONS })
  .setClassMethodName('forRoot')
  .build();
