import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { HealthOptions } from './health-options.js';

/** What is fixed when the module is declared, before any factory runs. */
export interface HealthModuleExtras {
  /** @default true */
  readonly isGlobal?: boolean;
  /** Whether the module brings its routes. Without them call {@link HealthService} and {@link Metrics} from your own. @default true */
  readonly controllers?: boolean;
  /** Where `live`, `ready` and `startup` are; `false` leaves the routes out. @default 'health' */
  readonly path?: string | false;
  /** Where the Prometheus text is; `false` turns metrics off. @default 'metrics' */
  readonly metricsPath?: string | false;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: HEALTH_OPTIONS } = new ConfigurableModuleBuilder<HealthOptions>({
  optionsInjectionToken: Symbol.for('@minos/health/options'),
})
  .setClassMethodName('forRoot')
  .setExtras<HealthModuleExtras>({}, (definition) => definition)
  .build();
