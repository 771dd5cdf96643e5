import type { ServiceCredentialVerifier } from '@minos/auth';
import { BootRow } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import { DevelopmentCredentials } from '../registry/development-credentials.js';
import type { ResolvedRegistryOptions } from '../registry/registry-options.js';
import { REGISTRY_CREDENTIALS, RESOLVED_REGISTRY_OPTIONS } from './tokens.js';

/** How the registry works, in the report of a started service. */
@BootRow('registry')
@Injectable()
export class RegistryBootRow implements BootRow {
  constructor(
    @Inject(RESOLVED_REGISTRY_OPTIONS) private readonly options: ResolvedRegistryOptions,
    @Inject(REGISTRY_CREDENTIALS) private readonly credentials: ServiceCredentialVerifier,
  ) {}

  bootLines(): readonly string[] {
    const { interval, lease, networks } = this.options;
    const believed =
      this.credentials instanceof DevelopmentCredentials ? 'believes every service (development)' : 'knows services by their secrets';
    return [
      `heartbeat and probe every ${interval / 1_000} s, lease ${lease / 1_000} s, ${believed}`,
      `instances in ${networks.join(', ')}`,
    ];
  }
}
