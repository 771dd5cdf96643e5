import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MinosExtras, MinosOptions } from './options/minos-options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: MINOS_OPTIONS,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<MinosOptions>({ optionsInjectionToken: Symbol.for('@minos/nest/options') })
  .setClassMethodName('forRoot')
  .setExtras<MinosExtras>({}, (definition) => definition)
  .build();
