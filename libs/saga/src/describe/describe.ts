import { messageMetadataOf, type MessageClass } from '@minos/common';
import { planHash } from '../definition/plan-hash.js';
import { type RetryPlan, type SagaNode, type SagaPlan, type StepNode, stepsOf } from '../definition/plan.js';
import { probeCommand } from '../definition/probe-command.js';
import type { SagaDefinition } from '../definition/saga-definition.js';
import { sagaMetadataOf } from '../definition/saga.decorator.js';
import { DEFAULT_RETRY, timeoutOf } from '../turn/policies.js';
import type {
  DescribedBranch,
  DescribedEnds,
  DescribedMessage,
  DescribedNode,
  DescribedRetry,
  DescribedStart,
  DescribedStep,
  SagaDescription,
  SagaOutline,
} from './description.js';
import { mermaidOf } from './mermaid.js';

/** A class is made without arguments; give the instance where it needs some. */
export type Describable = SagaPlan | SagaDefinition | (new () => SagaDefinition);

/** What a bare plan does not know of itself. */
export interface DescribeAs {
  /** @default the name in `@Saga`, else 'saga' */
  readonly name?: string;
  /** @default the version in `@Saga`, else 1 */
  readonly version?: number;
}

/** What a saga does, as data and as a Mermaid flowchart. Runs nothing of it. */
export function describe(saga: Describable, as: DescribeAs = {}): SagaDescription {
  const { plan, type } = resolved(saga);
  const { name = 'saga', version = 1 } = { ...(type && sagaMetadataOf(type)), ...as };
  const outline: SagaOutline = {
    name,
    version,
    hash: planHash(plan),
    starts: plan.starts.map((start) => startOf(start)),
    steps: nodesOf(plan.nodes, forwardSteps(plan)),
    ends: endsOf(plan),
  };
  return { ...outline, mermaid: mermaidOf(outline) };
}

function resolved(saga: Describable): { readonly plan: SagaPlan; readonly type?: object } {
  if (typeof saga === 'function') return { plan: new saga().plan, type: saga };
  return 'nodes' in saga ? { plan: saga } : { plan: saga.plan, type: saga.constructor };
}

/** Names of the steps behind the pivot. */
function forwardSteps({ nodes }: SagaPlan): ReadonlySet<string> {
  const steps = stepsOf(nodes);
  const at = steps.findIndex(({ pivot }) => pivot);
  return new Set(at < 0 ? [] : steps.slice(at + 1).map(({ name }) => name));
}

function startOf({ kind, message, key }: SagaPlan['starts'][number]): DescribedStart {
  return { kind, message: messageOf(message), keyed: key !== undefined };
}

function nodesOf(nodes: readonly SagaNode[], forward: ReadonlySet<string>): readonly DescribedNode[] {
  return nodes.map((node): DescribedNode => {
    if (node.kind === 'step') return stepOf(node, forward.has(node.name));
    const { name } = node;
    const branches = node.branches.map((branch): DescribedBranch => ({ name: branch.name, steps: nodesOf(branch.nodes, forward) }));
    if (node.kind === 'parallel') return { kind: 'parallel', name, branches };
    return { kind: 'choice', name, otherwise: node.branches.some(({ when }) => when === undefined), branches };
  });
}

function stepOf(step: StepNode, forward: boolean): DescribedStep {
  const { name, action, pivot, rejections, retry = DEFAULT_RETRY } = step;
  return {
    kind: 'step',
    name,
    action,
    ...deedOf(step),
    rejections: [...rejections].map(([code, { then }]) => ({ code, then })),
    ...(pivot || forward ? {} : compensationOf(step)),
    ...(isTimed(step) ? { timeout: timeoutOf(step, forward) } : {}),
    retry: retryOf(retry),
    pivot,
    forward,
  };
}

function deedOf({ command, saga }: StepNode): Pick<DescribedStep, 'command' | 'saga'> {
  return {
    ...(command === undefined ? {} : { command: messageOf(command) }),
    ...(saga === undefined ? {} : { saga: sagaMetadataOf(saga)?.name ?? saga.name }),
  };
}

function isTimed({ action, timeout }: StepNode): boolean {
  return action === 'remote' || (action === 'saga' && timeout !== undefined);
}

function compensationOf({ action, compensation }: StepNode): Pick<DescribedStep, 'compensation'> {
  if (action === 'saga' && compensation === undefined) return { compensation: 'itself' };
  if (compensation === undefined || compensation === 'none') return { compensation: 'none' };
  const { command, retry, timeoutMs } = compensation;
  return { compensation: { ...(command === undefined ? {} : { command: messageOf(command) }), retry: retryOf(retry), timeoutMs } };
}

function retryOf({ everyMs, longestMs, times }: RetryPlan): DescribedRetry {
  return { everyMs, longestMs, times: times === Infinity ? 'forever' : times };
}

function endsOf({ hooks: { completed, compensated, parked } }: SagaPlan): DescribedEnds {
  return {
    ...(completed === undefined ? {} : { completed: endOf(completed) }),
    ...(compensated === undefined ? {} : { compensated: endOf(compensated) }),
    ...(parked === undefined ? {} : { parked: endOf(parked) }),
  };
}

function endOf(make: (state: never) => object | undefined): DescribedMessage | 'unknown' {
  const command = probeCommand(make);
  return command === undefined ? 'unknown' : messageOf(command);
}

function messageOf(type: MessageClass<object>): DescribedMessage {
  const { name = type.name, owner } = messageMetadataOf(type) ?? {};
  return { name, ...(owner === undefined ? {} : { owner }) };
}
