import type { MetricSample } from '@minos/common';

type Counted = 'registrations' | 'heartbeats';

/** What was asked of this registry since its start, by what became of it: codes of errors, of which there are few. */
export class RegistryStatistics {
  private readonly counts: Readonly<Record<Counted, Map<string, number>>> = { registrations: new Map(), heartbeats: new Map() };

  count(what: Counted, outcome: string): void {
    this.counts[what].set(outcome, (this.counts[what].get(outcome) ?? 0) + 1);
  }

  read(what: Counted): readonly MetricSample[] {
    return [...this.counts[what]].map(([outcome, value]) => ({ labels: { outcome }, value }));
  }
}
