/** What a service of metrics needs to know of one metric; the shape of `MetricDefinition` of `@minos/health`. */
export interface AuthMetric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly labels: readonly string[];
}

export interface AuthSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Counted = 'logins' | 'refreshes' | 'registrations';

const COUNTERS: Readonly<Record<Counted, AuthMetric>> = {
  logins: { name: 'minos_auth_logins_total', help: 'Attempts to sign in', kind: 'counter', labels: ['outcome'] },
  refreshes: { name: 'minos_auth_refreshes_total', help: 'Refresh tokens that were presented', kind: 'counter', labels: ['outcome'] },
  registrations: { name: 'minos_auth_registrations_total', help: 'Registrations', kind: 'counter', labels: ['outcome'] },
};

/** Counts of this process. Labels are outcomes, of which there are few; never an account or an address. */
export class AuthStatistics {
  private readonly counts = new Map<string, AuthSample & { readonly name: string }>();
  private readonly gauges = new Map<string, { readonly metric: AuthMetric; readonly read: () => number }>();

  get definitions(): readonly AuthMetric[] {
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

  read(name: string): readonly AuthSample[] {
    const gauge = this.gauges.get(name);
    if (gauge !== undefined) return [{ labels: {}, value: gauge.read() }];
    return [...this.counts.values()].filter((one) => one.name === name).map(({ labels, value }) => ({ labels, value }));
  }
}
