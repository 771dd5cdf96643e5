import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { AuthModuleOptions } from './auth-module.options.js';

/** What is fixed when the module is declared. */
export interface AuthModuleExtras {
  /** @default true */
  readonly isGlobal?: boolean | undefined;
  /** Whether the guard stands before every route and message handler. Without it put {@link MinosAuthGuard} where it belongs. @default true */
  readonly guard?: boolean | undefined;
  /** Whether this application calls services on behalf of others, as the gateway does: then it has a `ServiceTokenMinter` at the token {@link SERVICE_TOKEN_MINTER}. @default false */
  readonly mints?: boolean | undefined;
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: AUTH_OPTIONS,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<AuthModuleOptions>({ optionsInjectionToken: Symbol.for('@minos/auth/options') })
  .setClassMethodName('forRoot')
  .setExtras<AuthModuleExtras>({}, (definition) => definition)
  .build();
