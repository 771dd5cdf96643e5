import { CLOCK, type Clock, type MetricDefinition, type MetricSample, MetricSource, SystemClock } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Registrar } from '../../client/registrar/registrar.js';
import type { ServiceDirectory } from '../../contracts/index.js';
import { REGISTRAR, SERVICE_DIRECTORY } from '../tokens.js';

const gauge = (name: string, help: string): MetricDefinition => ({ name, help, kind: 'gauge', labels: [] });

/** What a service knows of others, and whether others know it. */
@MetricSource()
@Injectable()
export class DiscoverySeries implements MetricSource {
  private readonly series: ReadonlyMap<MetricDefinition, () => number | undefined>;

  constructor(
    @Inject(SERVICE_DIRECTORY) private readonly directory: ServiceDirectory,
    @Inject(REGISTRAR) registrar: Registrar | undefined,
    @Optional() @Inject(CLOCK) private readonly clock: Clock = new SystemClock(),
  ) {
    this.series = new Map<MetricDefinition, () => number | undefined>([
      [
        gauge('minos_discovery_stale_seconds', 'For how long the source of the directory has been away; 0: it is there'),
        () => this.stale(),
      ],
      [gauge('minos_discovery_instances', 'Instances that are known'), () => directory.current.instances.length],
      [gauge('minos_discovery_registered', 'Whether the last registration or heartbeat came through'), () => isRegistered(registrar)],
    ]);
  }

  get definitions(): readonly MetricDefinition[] {
    return [...this.series.keys()];
  }

  read(asked: string): readonly MetricSample[] {
    for (const [{ name }, read] of this.series) {
      const value = name === asked ? read() : undefined;
      if (value !== undefined) return [{ labels: {}, value }];
    }
    return [];
  }

  private stale(): number {
    const { staleSince } = this.directory.current;
    return staleSince === undefined ? 0 : Math.max(0, this.clock.now() - Date.parse(staleSince)) / 1_000;
  }
}

/** `undefined` where the service does not register. */
function isRegistered(registrar: Registrar | undefined): number | undefined {
  return registrar === undefined ? undefined : Number(registrar.status.registered);
}
