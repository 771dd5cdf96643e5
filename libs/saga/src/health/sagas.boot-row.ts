import { BootRow, messageMetadataOf } from '@minos/common';
import { stepsOf } from '../definition/plan.js';
import type { KnownSaga } from '../engine/carried-sagas.js';

/** The sagas that a service runs, in the report of its start. */
@BootRow('sagas')
export class SagasBootRow implements BootRow {
  constructor(private readonly sagas: () => readonly KnownSaga[]) {}

  bootLines(): readonly string[] {
    return this.sagas().map(lineOf).sort();
  }
}

function lineOf({ name, version, type, plan }: KnownSaga): string {
  const steps = stepsOf(plan.nodes).map((step) => (step.pivot ? `${step.name} (pivot)` : step.name));
  const starts = plan.starts.map(({ message }) => messageMetadataOf(message)?.name ?? message.name);
  return `${name} v${version} (${type.name}) ← ${starts.join(', ') || 'Sagas.start()'}: ${steps.join(' → ')}`;
}
