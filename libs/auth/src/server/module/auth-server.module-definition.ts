import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { AuthServerOptions } from '../auth-server.options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: AUTH_SERVER_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<AuthServerOptions>({ optionsInjectionToken: Symbol.for('@minos/auth/server-options') })
  .setClassMethodName('forRoot')
  .setExtras<{ isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal ?? true }))
  .build();
