import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Registrar } from '../../client/registrar/registrar.js';
import { REGISTRAR } from '../tokens.js';
import { Admission } from './admission.js';

/**
 * Down until the registry sends requests here, so that nobody takes another instance away before, and from the moment on in which the service leaves the registry, so that other ways
 * to it are closed at the same time. A registry that is away is only told of: who knows this service sends requests all the same.
 */
@HealthProbe('registration')
@Injectable()
export class RegistrationProbe implements HealthProbe {
  constructor(
    @Inject(REGISTRAR) private readonly registrar: Registrar | undefined,
    private readonly admission: Admission,
  ) {}

  check(): HealthProbeResult {
    if (this.registrar === undefined) return { status: 'up', details: { registered: false, reason: 'no registry is configured' } };
    const { registered, failures } = this.registrar.status;
    const details = { registered, failures };
    if (this.registrar.leaving) return { status: 'down', details };
    return this.admission.awaited ? { status: 'down', details, starting: true } : { status: 'up', details };
  }
}
