import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { AuthModuleOptions } from './auth-module.options.js';

/** What is fixed when the module is declared. */
export interface AuthModuleExtras {
  /** @default true */
  readonly isGlobal?: boolean;
  /** Whether the guard stands before every route and message handler. Without it put {@link MinosAuthGuard} where it belongs. @default true */
  readonly guard?: boolean;
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: AUTH_OPTIONS,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<AuthModuleOptions>({ optionsInjectionToken: Symbol.for('@minos/auth/options') })
  .setClassMethodName('forRoot')
  .setExtras<AuthModuleExtras>({}, (definition) => definition)
  .build();
