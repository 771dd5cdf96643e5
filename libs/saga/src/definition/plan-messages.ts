import { type MessageClass, messageMetadataOf } from '@minos/common';
import { type SagaPlan, stepsOf } from './plan.js';
import { probeCommand } from './probe-command.js';

/** The classes of all messages that a plan names, as far as they can be found out: commands of steps, compensations and hooks, and what begins it. */
export function messagesOf({ nodes, starts, hooks }: SagaPlan): readonly MessageClass<object>[] {
  const ofSteps = stepsOf(nodes).flatMap(({ command, compensation }) => [
    command,
    typeof compensation === 'object' ? compensation.command : undefined,
  ]);
  const ofHooks = [hooks.completed, hooks.compensated, hooks.parked].map((hook) => (hook === undefined ? undefined : probeCommand(hook)));
  const found = [...ofSteps, ...ofHooks, ...starts.map(({ message }) => message)];
  return found.filter((message): message is MessageClass<object> => message !== undefined && messageMetadataOf(message) !== undefined);
}
