import { commandFault, compensationFault, hookFaults } from './command-faults.js';
import { type ChoiceNode, type ParallelNode, type SagaNode, type SagaPlan, type StepNode, stepsOf } from './plan.js';
import type { PlanSurroundings } from './plan-surroundings.js';
import { startFaults } from './start-faults.js';

export type { PlanSurroundings } from './plan-surroundings.js';

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;

/** What is wrong with a plan, each in a sentence that names class, step and cure. */
export function planFaults(type: string, plan: SagaPlan | undefined, surroundings: PlanSurroundings): readonly string[] {
  if (plan === undefined) return [`@Saga on ${type}: it has no plan. Write readonly plan = saga<State>()…build();`];
  const written = (plan.faults ?? []).map((fault) => `${type}, ${fault}`);
  const steps = stepsOf(plan.nodes);
  if (steps.length === 0)
    return [...written, `@Saga on ${type}: its plan has no step. Add one: .step('reserve').invoke((state) => new Reserve(…)).`];
  // What a step without an action says of its command is told already.
  const acting = steps.filter(({ name }) => !written.some((fault) => fault.startsWith(`${type}, step "${name}": it does nothing`)));
  return [
    ...written,
    ...nameFaults(type, plan.nodes),
    ...branchFaults(type, plan.nodes),
    ...acting.flatMap((step) => stepFaults(`${type}, step "${step.name}"`, step, surroundings)),
    ...pivotFaults(type, plan.nodes, surroundings),
    ...startFaults(type, plan, surroundings),
    ...hookFaults(type, plan.hooks),
  ];
}

function nameFaults(type: string, nodes: readonly SagaNode[]): readonly string[] {
  const names = namesOf(nodes);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const wrong = names.filter((name) => !NAME.test(name) || name in {});
  return [
    ...twice.map((name) => `${type}, step "${name}": the name is there twice. Its record is kept under it: give one of them another name.`),
    ...wrong.map((name) => `${type}, step "${name}": that is no durable name. Use letters, digits, dashes and dots.`),
  ];
}

function namesOf(nodes: readonly SagaNode[]): readonly string[] {
  return nodes.flatMap((node) =>
    node.kind === 'step' ? [node.name] : [node.name, ...node.branches.flatMap((branch) => namesOf(branch.nodes))],
  );
}

/** Of choices and of what goes on at once. */
function branchFaults(type: string, nodes: readonly SagaNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'step') return [];
    const own = [...forkFaults(node), ...(node.kind === 'choice' ? orderFaults(node) : [])];
    return [
      ...own.map((fault) => `${type}, ${node.kind} "${node.name}": ${fault}`),
      ...node.branches.flatMap((branch) => branchFaults(type, branch.nodes)),
    ];
  });
}

function forkFaults({ kind, branches }: ChoiceNode | ParallelNode): readonly string[] {
  const verb = kind === 'choice' ? ".when('name', (state) => …, (steps) => …)" : ".branch('name', (steps) => …)";
  if (branches.length === 0) return [`it has no branch. Write ${verb}.`];
  const names = branches.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const wrong = names.filter((name) => !NAME.test(name));
  return [
    ...twice.map((name) => `the branch "${name}" is there twice. What was chosen is kept under it: give one of them another name.`),
    ...wrong.map((name) => `the branch "${name}" has no durable name. Use letters, digits, dashes and dots.`),
  ];
}

function orderFaults({ branches }: ChoiceNode): readonly string[] {
  const otherwise = branches.findIndex(({ when }) => when === undefined);
  const never = otherwise < 0 ? [] : branches.slice(otherwise + 1);
  return never.map(({ name }) => `the branch "${name}" stands behind .otherwise(…), so it is never taken. Put it in front.`);
}

function stepFaults(where: string, step: StepNode, surroundings: PlanSurroundings): readonly string[] {
  const faults = [
    step.action === 'saga' ? childFault(step, surroundings) : commandFault(step, surroundings),
    compensationFault(step, surroundings),
    step.timeout?.then === 'compensate' && step.pivot ? "the pivot is never compensated. Write .timeout(…, 'retry') or 'park'." : undefined,
  ];
  return faults.flatMap((fault) => (fault === undefined ? [] : [`${where}: ${fault}`]));
}

function childFault({ saga, timeout }: StepNode, { sagas }: PlanSurroundings): string | undefined {
  if (saga === undefined) return 'it names no saga. Write .saga(TheSaga, (state) => …).';
  if (timeout?.then === 'retry') return "another saga is not begun twice. Write .timeout(…, 'park') or 'compensate', or no time at all.";
  if (sagas === undefined) return undefined;
  const { name } = saga;
  if (!sagas.has(saga)) return `${name} is no saga of this service. Add it: MinosModule.forFeature({ sagas: [${name}] }).`;
  // Nobody knows how far it came, and no command is sure to find what it did.
  const isGivenUp = timeout?.then === 'compensate' && hasPivot(sagas.get(saga));
  return isGivenUp ? `${name} has a pivot and can not be given up. Write .timeout(…, 'park'), or no time at all.` : undefined;
}

function hasPivot(plan: SagaPlan | undefined): boolean {
  return stepsOf(plan?.nodes ?? []).some(({ pivot }) => pivot);
}

/** In the order in which they are written: before the pivot each step says how it is taken back, from it on there is no way back. */
function pivotFaults(type: string, nodes: readonly SagaNode[], surroundings: PlanSurroundings): readonly string[] {
  const steps = stepsOf(nodes);
  const pivots = steps.filter(({ pivot }) => pivot).map(({ name }) => `"${name}"`);
  const at = steps.findIndex(({ pivot }) => pivot);
  const [before, after] = at < 0 ? [steps, []] : [steps.slice(0, at), steps.slice(at)];
  const silent = told(type, before, (step) => silentFaults(step, surroundings));
  if (pivots.length > 1) return [...silent, `${type}: ${pivots.join(' and ')} are both its pivot. Only one step can be.`];
  const isNested = at >= 0 && !nodes.includes(steps[at] as StepNode);
  return [
    ...(isNested
      ? [`${type}, step "${steps[at]?.name}": the pivot is inside of a branch, which another branch does not see. Put it behind them.`]
      : []),
    ...silent,
    ...told(type, after, afterFaults),
  ];
}

function told(type: string, steps: readonly StepNode[], faultsOf: (step: StepNode) => readonly string[]): readonly string[] {
  return steps.flatMap((step) => faultsOf(step).map((fault) => `${type}, step "${step.name}": ${fault}`));
}

function silentFaults({ action, saga, compensation }: StepNode, { sagas }: PlanSurroundings): readonly string[] {
  if (compensation !== undefined) return [];
  if (action !== 'saga') return ['it does not say how it is taken back. Write .compensate((state) => new Undo(…)) or .noCompensation().'];
  // Without one it goes back through its own steps.
  if (saga === undefined || !hasPivot(sagas?.get(saga))) return [];
  return [`${saga.name} has a pivot, behind which it does not take itself back. Write .compensate((state) => new Undo(…)).`];
}

/** What would never come to pass. */
function afterFaults({ pivot, compensation, timeout, rejections }: StepNode): readonly string[] {
  const codes = [...rejections].filter(([, { then }]) => then === 'compensate').map(([code]) => `'${code}'`);
  return [
    ...(compensation === undefined ? [] : ['from the pivot on nothing is compensated. Take .compensate(…) or .noCompensation() away.']),
    ...(timeout?.then === 'compensate' && !pivot ? ["behind the pivot nothing is compensated. Write .timeout(…, 'retry') or 'park'."] : []),
    ...(codes.length > 0 && !pivot
      ? [
          `behind the pivot a rejection is tried again, not compensated. Write .continueOn(${codes.join(', ')}, …) or take .onRejection away.`,
        ]
      : []),
  ];
}
