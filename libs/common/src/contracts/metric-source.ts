/** One metric with labels whose values are read whenever the metrics are. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly labels: readonly string[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a library has to count. `read` answers at once, from memory, with one sample for each set of labels; values of labels are few, and never a secret or an address. */
export interface MetricSource {
  readonly definitions: readonly MetricDefinition[];
  /** The samples of one of the definitions now. */
  read(name: string): readonly MetricSample[];
}
