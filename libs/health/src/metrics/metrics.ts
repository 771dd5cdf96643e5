import type { MetricDefinition, MetricSample } from '@minos/common';
import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';

type PromClient = typeof import('prom-client');

/** Takes durations. */
export interface DurationMetric<L extends string> {
  observe(labels: Readonly<Partial<Record<L, string>>>, seconds: number): void;
}

/** Where a gauge gets its value when somebody looks. */
export type GaugeReader = () => number | Promise<number>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of one application, in a registry of its own: two applications in one process do not meet. */
@Injectable()
export class Metrics {
  private constructor(
    private readonly client: PromClient,
    private readonly registry: Registry,
  ) {}

  /** Loads prom-client, which only applications with metrics need. */
  static async create(service?: string): Promise<Metrics> {
    const client = loadPromClient();
    const registry = new client.Registry();
    if (service !== undefined) registry.setDefaultLabels({ service });
    client.collectDefaultMetrics({ register: registry });
    return new Metrics(client, registry);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The Prometheus text. A gauge whose reader fails is left out; the others are there. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** A value that is read whenever the metrics are. */
  gauge(name: string, help: string, read: GaugeReader): void {
    new this.client.Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        try {
          this.set(await read());
        } catch {
          this.remove();
        }
      },
    });
  }

  /** Values that are read whenever the metrics are, one for each set of labels; what a later reading leaves out is gone. */
  readings({ name, help, kind, labels }: MetricDefinition, read: () => readonly MetricSample[]): void {
    const configuration = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (kind === 'counter') {
      new this.client.Counter({
        ...configuration,
        collect() {
          this.reset();
          for (const sample of readOrNone(read)) this.inc({ ...sample.labels }, sample.value);
        },
      });
      return;
    }
    new this.client.Gauge({
      ...configuration,
      collect() {
        this.reset();
        for (const sample of readOrNone(read)) this.set({ ...sample.labels }, sample.value);
      },
    });
  }

  /** Durations in seconds; `buckets` are their upper bounds. */
  histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: readonly number[] = SECONDS,
  ): DurationMetric<L> {
    const configuration = { name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [this.registry] };
    const histogram = new this.client.Histogram(configuration);
    return { observe: (labels, seconds) => histogram.observe(labels, seconds) };
  }

  /** Frees what the registry holds. */
  close(): void {
    this.registry.clear();
  }
}

function readOrNone(read: () => readonly MetricSample[]): readonly MetricSample[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** By `require`: plain Jest refuses `import()` in CommonJS. */
function loadPromClient(): PromClient {
  try {
    return require('prom-client') as PromClient;
  } catch (error) {
    throw new Error('Metrics need the package prom-client: run "npm install prom-client", or turn them off with metricsPath: false.', {
      cause: error,
    });
  }
}
