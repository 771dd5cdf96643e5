import { ConfigurableModuleBuilder } from '@nestjs/common';

export interface EventSourcingModuleOptions {
  /** Memory of its own, where no other storage is there. @default the database of PostgresModule, or the storage of MinosModule */
  readonly storage?: 'memory';
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: EVENT_SOURCING_OPTIONS } =
  new ConfigurableModuleBuilder<EventSourcingModuleOptions>({
    optionsInjectionToken: Symbol.for('@minos/event-sourcing/options'),
  })
    .setClassMethodName('forRoot')
    .setExtras<{ isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal ?? true }))
    .build();
