import { messageMetadataOf, type MessageMetadata } from '@minos/common';
import { type SagaNode, type SagaPlan, type StepNode, stepsOf } from './plan.js';

/** Of which service the plan is, and what it can run itself. */
export interface PlanSurroundings {
  readonly service: string;
  /** Names of the commands that have a handler here; `undefined` where that is not known. */
  readonly handled: ReadonlySet<string> | undefined;
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;

/** What is wrong with a plan, each in a sentence that names class, step and cure. */
export function planFaults(type: string, plan: SagaPlan | undefined, surroundings: PlanSurroundings): readonly string[] {
  if (plan === undefined) return [`@Saga on ${type}: it has no plan. Write readonly plan = saga<State>()…build();`];
  const steps = stepsOf(plan.nodes);
  if (steps.length === 0) return [`@Saga on ${type}: its plan has no step. Add one: .step('reserve').invoke((state) => new Reserve(…)).`];
  return [
    ...nameFaults(type, plan.nodes),
    ...steps.flatMap((step) => stepFaults(`${type}, step "${step.name}"`, step, surroundings)),
    ...pivotFaults(type, plan.nodes),
  ];
}

function nameFaults(type: string, nodes: readonly SagaNode[]): readonly string[] {
  const names = namesOf(nodes);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const wrong = names.filter((name) => !NAME.test(name));
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

function stepFaults(where: string, step: StepNode, surroundings: PlanSurroundings): readonly string[] {
  const wrong = step.action === 'saga' ? childFault(step) : commandFault(step, surroundings);
  const late = step.timeout?.then === 'compensate' && step.pivot;
  return [
    ...(wrong === undefined ? [] : [`${where}: ${wrong}`]),
    ...(late ? [`${where}: the pivot is never compensated. Write .timeout(…, 'retry') or 'park'.`] : []),
  ];
}

function childFault({ saga }: StepNode): string | undefined {
  return saga === undefined ? 'it names no saga. Write .saga(TheSaga, (state) => …).' : undefined;
}

function commandFault(step: StepNode, surroundings: PlanSurroundings): string | undefined {
  const { action, command } = step;
  const verb = action === 'local' ? 'local' : 'invoke';
  if (command === undefined)
    return `which command it makes could not be found out by trying. Name its class: .${verb}(TheCommand, (state) => new TheCommand(…)).`;
  const metadata = messageMetadataOf(command);
  if (metadata === undefined)
    return `${command.name} has no durable name. Write @Command('…', { owner: '${surroundings.service}' }) on it.`;
  if (metadata.kind !== 'command') return `${command.name} is no command but of the kind ${metadata.kind}.`;
  return action === 'local' ? localFault(metadata, surroundings) : remoteFault(metadata);
}

function remoteFault({ name, owner }: MessageMetadata): string | undefined {
  return owner === undefined ? `nobody owns ${name}. Write @Command('${name}', { owner: 'the-service' }).` : undefined;
}

function localFault({ name, owner = '', target }: MessageMetadata, { service, handled }: PlanSurroundings): string | undefined {
  if (owner !== '' && owner !== service)
    return `${name} is owned by ${owner}, and this service is ${service}. Use .invoke(…) instead of .local(…).`;
  const isHandled = handled === undefined || handled.has(name);
  return isHandled ? undefined : `nobody handles ${name} here. Add a provider with @CommandHandler(${target.name}).`;
}

/** In the order in which they are written: before the pivot each step says how it is taken back, from it on there is no way back. */
function pivotFaults(type: string, nodes: readonly SagaNode[]): readonly string[] {
  const steps = stepsOf(nodes);
  const pivots = steps.filter(({ pivot }) => pivot);
  if (pivots.length > 1)
    return [`${type}: ${pivots.map(({ name }) => `"${name}"`).join(' and ')} are both its pivot. Only one step can be.`];
  const at = steps.findIndex(({ pivot }) => pivot);
  const isNested = at >= 0 && !nodes.includes(steps[at] as StepNode);
  const before = at < 0 ? steps : steps.slice(0, at);
  const silent = before.filter(({ compensation }) => compensation === undefined);
  return [
    ...(isNested
      ? [`${type}, step "${steps[at]?.name}": the pivot is inside of a branch, which another branch does not see. Put it behind them.`]
      : []),
    ...silent.map(
      ({ name }) =>
        `${type}, step "${name}": it does not say how it is taken back. Write .compensate((state) => new Undo(…)) or .noCompensation().`,
    ),
  ];
}
