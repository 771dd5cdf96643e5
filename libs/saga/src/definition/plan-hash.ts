import { createHash } from 'node:crypto';
import { messageMetadataOf, type MessageClass } from '@minos/common';
import type { RetryPlan, SagaNode, SagaPlan, StepNode } from './plan.js';
import { sagaMetadataOf } from './saga.decorator.js';

const LENGTH = 16;

/** Of the structure alone: names, kinds, commands, order and policies. What functions do inside may change without a new version. */
export function planHash({ nodes }: SagaPlan): string {
  return createHash('sha256')
    .update(JSON.stringify(nodes.map(shapeOf)))
    .digest('hex')
    .slice(0, LENGTH);
}

function shapeOf(node: SagaNode): unknown {
  if (node.kind === 'step') return stepShape(node);
  const branches = node.branches.map((branch) => [branch.name, branch.nodes.map(shapeOf)]);
  return [node.kind, node.name, branches];
}

function stepShape({ name, action, command, saga, rejections, compensation, timeout, retry, pivot }: StepNode): unknown {
  const undo =
    compensation === undefined || compensation === 'none'
      ? (compensation ?? null)
      : [nameOf(compensation.command), retryShape(compensation.retry), compensation.timeoutMs];
  const codes = [...rejections].map(([code, { then }]) => [code, then]).sort();
  return ['step', name, action, nameOf(command), sagaName(saga), codes, undo, timeout ?? null, retryShape(retry), pivot];
}

function nameOf(command: MessageClass<object> | undefined): string | null {
  return command === undefined ? null : (messageMetadataOf(command)?.name ?? command.name);
}

function sagaName(saga: StepNode['saga']): string | null {
  return saga === undefined ? null : (sagaMetadataOf(saga)?.name ?? saga.name);
}

function retryShape(retry: RetryPlan | undefined): unknown {
  return retry === undefined ? null : [retry.everyMs, retry.longestMs, retry.times === Infinity ? 'forever' : retry.times];
}
