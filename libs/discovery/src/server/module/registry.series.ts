import { type MetricDefinition, type MetricSample, MetricSource } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { RegistryFeed } from '../feed/registry-feed.js';
import { RegistryStatistics } from '../registry/registry-statistics.js';
import { Watchers } from './watchers.js';

const gauge = (name: string, help: string, labels: readonly string[] = []): MetricDefinition => ({ name, help, kind: 'gauge', labels });
const counter = (name: string, help: string): MetricDefinition => ({ name, help, kind: 'counter', labels: ['outcome'] });

/** What a registry has to count. Instances are the same at each registry of a database; the rest is of this process. */
@MetricSource()
@Injectable()
export class RegistrySeries implements MetricSource {
  private readonly series: ReadonlyMap<MetricDefinition, () => readonly MetricSample[]>;

  constructor(feed: RegistryFeed, watchers: Watchers, statistics: RegistryStatistics) {
    this.series = new Map([
      [gauge('minos_registry_instances', 'Instances that watchers are told of', ['service', 'state']), () => instancesOf(feed)],
      [gauge('minos_registry_watchers', 'Open streams of watchers'), () => [{ labels: {}, value: watchers.count }]],
      [gauge('minos_registry_age_seconds', 'For how long the database could not be read'), () => ageOf(feed)],
      [counter('minos_registry_registrations_total', 'Registrations, by what became of them'), () => statistics.read('registrations')],
      [counter('minos_registry_heartbeats_total', 'Heartbeats, by what became of them'), () => statistics.read('heartbeats')],
    ]);
  }

  get definitions(): readonly MetricDefinition[] {
    return [...this.series.keys()];
  }

  read(asked: string): readonly MetricSample[] {
    for (const [{ name }, read] of this.series) if (name === asked) return read();
    return [];
  }
}

function instancesOf(feed: RegistryFeed): readonly MetricSample[] {
  const counts = new Map<string, MetricSample>();
  for (const { service, state } of feed.snapshot.instances) {
    const key = `${service} ${state}`;
    counts.set(key, { labels: { service, state }, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [...counts.values()];
}

/** Nothing before the first reading. */
function ageOf({ ageMs }: RegistryFeed): readonly MetricSample[] {
  return Number.isFinite(ageMs) ? [{ labels: {}, value: ageMs / 1_000 }] : [];
}
