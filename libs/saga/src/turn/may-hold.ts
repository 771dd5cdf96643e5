import type { SagaInstance, StepRecord } from '../contracts/saga-instance.js';
import { type SagaNode, type SagaPlan, type StepNode, stepsOf } from '../definition/plan.js';

/** An instance as far as it has come. */
interface Standing {
  readonly plan: SagaPlan;
  readonly before: Pick<SagaInstance, 'parent'>;
  readonly steps: Readonly<Record<string, StepRecord>>;
}

/**
 * Whether an instance may hold something, or wait for something, besides what a command of this step is about: participants let one that does wait only for younger ones, so that
 * no circle forms over several of them. What can be taken back, and was not, counts; so do the other ways that are gone at the same time, and whatever a saga holds of which
 * this one is a step.
 */
export function mayHold({ plan, before, steps }: Standing, step?: string): boolean {
  if (before.parent !== undefined || (step !== undefined && isAtOnce(plan.nodes, step))) return true;
  return stepsOf(plan.nodes).some((one) => one.name !== step && isHeld(one, steps[one.name]));
}

function isHeld({ compensation, action }: StepNode, record: StepRecord | undefined): boolean {
  if (record === undefined || ['passed', 'rejected'].includes(record.status)) return false;
  if (record.undo?.status === 'done' || record.undo?.status === 'kept') return false;
  return compensation !== 'none' || (action === 'saga' && record.status === 'waiting');
}

function isAtOnce(nodes: readonly SagaNode[], step: string): boolean {
  return nodes.some((node) => {
    if (node.kind === 'step') return false;
    const inside = node.branches.flatMap(({ nodes: inner }) => inner);
    return node.kind === 'parallel' ? stepsOf(inside).some(({ name }) => name === step) : isAtOnce(inside, step);
  });
}
