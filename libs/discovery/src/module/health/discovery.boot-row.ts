import { BootRow } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Registrar } from '../../client/registrar/registrar.js';
import type { ResolvedDiscoveryOptions } from '../discovery-options.js';
import { RegistrationRunner } from '../registration.runner.js';
import { REGISTRAR, RESOLVED_DISCOVERY_OPTIONS } from '../tokens.js';

/** Where the service registers, in the report of a started service. */
@BootRow('discovery')
@Injectable()
export class DiscoveryBootRow implements BootRow {
  constructor(
    private readonly runner: RegistrationRunner,
    @Inject(RESOLVED_DISCOVERY_OPTIONS) private readonly options: ResolvedDiscoveryOptions,
    @Inject(REGISTRAR) private readonly registrar: Registrar | undefined,
  ) {}

  bootLines(): readonly string[] {
    if (this.registrar === undefined) return ['not registered: no DISCOVERY_URL'];
    return [`${this.runner.endpoints().length} routes, registered at ${this.options.urls.join(', ')} as ${this.options.instance}`];
  }
}
