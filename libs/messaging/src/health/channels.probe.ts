import { HealthProbe, isMinosError, type HealthProbeResult } from '@minos/common';

/** What makes the channels of the service. */
export interface ChannelMaking {
  /** Why the last try failed, until one succeeds. */
  readonly error: unknown;
}

/** Whether the channels of the service can be made: red where the broker refuses them for a reason that no waiting cures. A broker that is away is not one. */
@HealthProbe('channels')
export class ChannelsProbe implements HealthProbe {
  constructor(private readonly channels: ChannelMaking) {}

  check(): HealthProbeResult {
    const { error } = this.channels;
    if (!isMinosError(error) || error.retryable) return { status: 'up' };
    return { status: 'down', details: { fault: error.message, code: error.code } };
  }
}
