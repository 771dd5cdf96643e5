import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PostgresStorageOptions } from '../storage/postgres-storage-options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: POSTGRES_OPTIONS } = new ConfigurableModuleBuilder<PostgresStorageOptions>({
  optionsInjectionToken: Symbol.for('@minos/postgres/options'),
})
  .setClassMethodName('forRoot')
  .setExtras<{ isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal ?? true }))
  .build();
