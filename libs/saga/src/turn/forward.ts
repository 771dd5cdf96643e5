import type { ChoiceNode, ParallelNode, SagaNode, StepNode } from '../definition/plan.js';
import { beginStep } from './begin-step.js';
import type { Draft } from './draft.js';
import { settleStep } from './settle-step.js';

/** Begins what can begin and takes in what was answered, until all waits or the saga is at its end. */
export function goForward(draft: Draft): void {
  if (!isDone(draft, draft.plan.nodes) || !draft.runs) return;
  draft.phase = 'completed';
  draft.note('completed');
  draft.tell('onCompleted', draft.plan.hooks.completed);
  draft.tellParent({ result: draft.state });
}

function isDone(draft: Draft, nodes: readonly SagaNode[]): boolean {
  return nodes.every((node) => draft.runs && isNodeDone(draft, node));
}

function isNodeDone(draft: Draft, node: SagaNode): boolean {
  if (node.kind === 'step') return isStepDone(draft, node);
  return node.kind === 'choice' ? isChoiceDone(draft, node) : isParallelDone(draft, node);
}

function isStepDone(draft: Draft, step: StepNode): boolean {
  const record = draft.steps[step.name];
  if (record === undefined) beginStep(draft, step);
  else if (record.status === 'answered') settleStep(draft, step, record);
  return ['done', 'passed'].includes(draft.steps[step.name]?.status ?? '');
}

function isChoiceDone(draft: Draft, { name, branches }: ChoiceNode): boolean {
  const chosen = draft.choices[name] ?? choose(draft, name, branches);
  return chosen !== undefined && isDone(draft, branches.find((branch) => branch.name === chosen)?.nodes ?? []);
}

/** Noted, so that it goes the same way after the state has changed. Empty where no condition holds. */
function choose(draft: Draft, name: string, branches: ChoiceNode['branches']): string | undefined {
  const found = draft.guarded(name, 'A condition', () => ({
    branch: branches.find(({ when }) => when === undefined || when(draft.state as never))?.name ?? '',
  }));
  if (found === undefined) return undefined;
  draft.choices[name] = found.branch;
  draft.note('chosen', name, { branch: found.branch });
  return found.branch;
}

/** Each branch goes as far as it can, whatever the others do. */
function isParallelDone(draft: Draft, { branches }: ParallelNode): boolean {
  return branches.map(({ nodes }) => isDone(draft, nodes)).every(Boolean);
}
