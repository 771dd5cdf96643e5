import { type MetricDefinition, type MetricSample, MetricSource } from '@minos/common';

type Counted = 'logins' | 'refreshes' | 'registrations';

const COUNTERS: Readonly<Record<Counted, MetricDefinition>> = {
  logins: { name: 'minos_auth_logins_total', help: 'Attempts to sign in', kind: 'counter', labels: ['outcome'] },
  refreshes: { name: 'minos_auth_refreshes_total', help: 'Refresh tokens that were presented', kind: 'counter', labels: ['outcome'] },
  registrations: { name: 'minos_auth_registrations_total', help: 'Registrations', kind: 'counter', labels: ['outcome'] },
};

/** Counts of this process. Labels are outcomes, of which there are few; never an account or an address. */
@MetricSource()
export class AuthStatistics implements MetricSource {
  private readonly counts = new Map<string, MetricSample & { readonly name: string }>();
  private readonly gauges = new Map<string, { readonly metric: MetricDefinition; readonly read: () => number }>();

  get definitions(): readonly MetricDefinition[] {
    return [...Object.values(COUNTERS), ...[...this.gauges.values()].map(({ metric }) => metric)];
  }

  count(what: Counted, outcome: string): void {
    const { name } = COUNTERS[what];
    const key = `${name} ${outcome}`;
    this.counts.set(key, { name, labels: { outcome }, value: (this.counts.get(key)?.value ?? 0) + 1 });
  }

  gauge(name: string, help: string, read: () => number): void {
    this.gauges.set(name, { metric: { name, help, kind: 'gauge', labels: [] }, read });
  }

  read(name: string): readonly MetricSample[] {
    const gauge = this.gauges.get(name);
    if (gauge !== undefined) return [{ labels: {}, value: gauge.read() }];
    return [...this.counts.values()].filter((one) => one.name === name).map(({ labels, value }) => ({ labels, value }));
  }
}
