import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import type { MadeFrontDoor } from '../front-door/make-front-door.js';
import { GatewayLife } from './gateway-life.service.js';
import { GATEWAY_PARTS } from './tokens.js';

/** Down where no request could be sent anywhere, or where we leave. An old directory is none of these: instances that it knows may well answer. */
@HealthProbe('gateway')
@Injectable()
export class GatewayProbe implements HealthProbe {
  constructor(
    @Inject(GATEWAY_PARTS) private readonly parts: MadeFrontDoor,
    private readonly life: GatewayLife,
  ) {}

  check(): HealthProbeResult {
    const { tables, directory, door } = this.parts;
    const { routes, conflicts } = tables.current;
    const { staleSince } = directory.current;
    const details = {
      routes: routes.length,
      running: door.running,
      ...(conflicts.length === 0 ? {} : { conflicts: conflicts.length }),
      ...(staleSince === undefined ? {} : { directoryStaleSince: staleSince }),
    };
    return { status: routes.length > 0 && !this.life.draining ? 'up' : 'down', details };
  }
}
