import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';
import { RegistryFeed } from '../feed/registry-feed.js';
import { RegistryKeeper } from '../keeper/registry-keeper.js';
import type { ResolvedRegistryOptions } from '../registry/registry-options.js';
import { RESOLVED_REGISTRY_OPTIONS } from './tokens.js';
import { Watchers } from './watchers.js';

/** Down while this registry could not read its store for longer than an interval: others know better. */
@HealthProbe('registry')
@Injectable()
export class RegistryProbe implements HealthProbe {
  constructor(
    private readonly feed: RegistryFeed,
    private readonly keeper: RegistryKeeper,
    private readonly watchers: Watchers,
    @Inject(RESOLVED_REGISTRY_OPTIONS) private readonly options: ResolvedRegistryOptions,
  ) {}

  check(): HealthProbeResult {
    const { ageMs, snapshot } = this.feed;
    const late = ageMs > Math.max(this.options.interval, this.options.poll * 4);
    const details = {
      version: snapshot.version,
      instances: snapshot.instances.length,
      watchers: this.watchers.count,
      keeper: this.keeper.keeping,
      ...(late ? { readSecondsAgo: Number.isFinite(ageMs) ? Math.round(ageMs / 1_000) : null } : {}),
    };
    return { status: late ? 'down' : 'up', details };
  }
}
