import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Registrar } from '../../client/registrar/registrar.js';
import { REGISTRAR } from '../tokens.js';
import { FirstProbe } from './first-probe.js';

/**
 * Down until the registry has found this process ready, so that nobody takes another instance away before, and from the moment on in which the service leaves the registry, so that other ways
 * to it are closed at the same time. In between a registry that is away is only told of: who knows this service sends requests all the same.
 */
@HealthProbe('registration')
@Injectable()
export class RegistrationProbe implements HealthProbe {
  constructor(
    @Inject(REGISTRAR) private readonly registrar: Registrar | undefined,
    private readonly firstProbe: FirstProbe,
  ) {}

  check(): HealthProbeResult {
    if (this.registrar === undefined) return { status: 'up', details: { registered: false, reason: 'no registry is configured' } };
    const { registered, failures } = this.registrar.status;
    const details = { registered, failures };
    if (this.registrar.leaving) return { status: 'down', details };
    if (!this.firstProbe.awaited) return { status: 'up', details };
    return { status: 'down', starting: true, details: { ...details, awaits: 'the first probe of the registry' } };
  }
}
