import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DevPrincipalInProductionError } from '../boot/boot.errors.js';
import { MINOS_OPTIONS } from '../minos.module-definition.js';
import { type MinosExtras, type MinosOptions, resolveMinosOptions, type ResolvedMinosOptions } from '../options/minos-options.js';
import { EXTRAS, OPTION_OVERRIDES, RESOLVED_OPTIONS } from '../tokens.js';

/** The options of the service, for the modules that make it up. */
@Global()
@Module({})
export class OptionsModule {
  /** `imports` and `providers` are those of the module builder, which make the given options. */
  static with({
    imports,
    providers,
    extras,
  }: Required<Pick<DynamicModule, 'imports' | 'providers'>> & { extras: MinosExtras }): DynamicModule {
    return {
      module: OptionsModule,
      imports,
      providers: [
        ...providers,
        { provide: EXTRAS, useValue: extras },
        { provide: OPTION_OVERRIDES, useValue: {} },
        { provide: RESOLVED_OPTIONS, useFactory: resolve, inject: [MINOS_OPTIONS, OPTION_OVERRIDES] },
      ],
      exports: [EXTRAS, RESOLVED_OPTIONS],
    };
  }
}

function resolve(given: MinosOptions, overrides: Partial<MinosOptions>): ResolvedMinosOptions {
  const messaging = { ...given.messaging, ...overrides.messaging };
  const options = resolveMinosOptions({ ...given, ...overrides, messaging });
  if (options.production && options.http.devPrincipal) throw new DevPrincipalInProductionError();
  return options;
}
