import type { MetricSource as MetricSourcePort } from '../contracts/metric-source.js';
import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** The port; under one name with the decorator, as `@MetricSource() class RegistrySeries implements MetricSource` is read. */
export type MetricSource = MetricSourcePort;

const METRIC_SOURCE = Symbol.for('@minos/metric-source');

/** Marks an injectable class whose figures are among the metrics of its service. Writes metadata and nothing else; `@minos/health` finds it. */
export function MetricSource(): (target: new (...args: never[]) => MetricSource) => void {
  return (target) => defineMetadata(target, METRIC_SOURCE, true);
}

/** Whether {@link MetricSource} marks exactly this class. */
export function isMetricSource(target: object): boolean {
  return ownMetadata<boolean>(target, METRIC_SOURCE) === true;
}
