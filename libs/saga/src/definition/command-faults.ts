import { type MessageClass, messageMetadataOf, type MessageMetadata } from '@minos/common';
import type { EndHooks, StepNode } from './plan.js';
import type { PlanSurroundings } from './plan-surroundings.js';
import { probeCommand } from './probe-command.js';

/** Of what a step sends or runs. */
export function commandFault({ action, command }: StepNode, surroundings: PlanSurroundings): string | undefined {
  const verb = action === 'local' ? 'local' : 'invoke';
  if (command === undefined)
    return `which command it makes could not be found out by trying. Name its class: .${verb}(TheCommand, (state) => new TheCommand(…)).`;
  return classFault(command, action === 'local', surroundings);
}

/** Of what takes it back: that runs where the step ran. */
export function compensationFault({ action, compensation }: StepNode, surroundings: PlanSurroundings): string | undefined {
  if (compensation === undefined || compensation === 'none') return undefined;
  const { command } = compensation;
  if (command === undefined)
    return 'which command its compensation makes could not be found out by trying. Name its class: .compensate(TheCommand, (state) => new TheCommand(…)).';
  const fault = classFault(command, action === 'local', surroundings);
  return fault === undefined ? undefined : `its compensation: ${fault}`;
}

/** Nobody waits for what they send, so nobody would hear of it either. */
export function hookFaults(type: string, hooks: EndHooks): readonly string[] {
  const made = Object.entries(hooks) as (readonly [string, EndHooks['completed']])[];
  return made.flatMap(([name, make]) => {
    const command = make === undefined ? undefined : probeCommand(make);
    const fault = command === undefined ? undefined : sentFault(command, '');
    return fault === undefined ? [] : [`${type}, .on${name.charAt(0).toUpperCase()}${name.slice(1)}(…): ${fault}`];
  });
}

function classFault(command: MessageClass<object>, isLocal: boolean, surroundings: PlanSurroundings): string | undefined {
  const metadata = messageMetadataOf(command);
  if (metadata === undefined || metadata.kind !== 'command' || metadata.owner === undefined)
    return isLocal && metadata?.kind === 'command' ? handlerFault(metadata, surroundings) : sentFault(command, surroundings.service);
  if (metadata.owner === surroundings.service) return handlerFault(metadata, surroundings);
  return isLocal
    ? `${metadata.name} is owned by ${metadata.owner}, and this service is ${surroundings.service}. Use .invoke(…) instead of .local(…).`
    : undefined;
}

function sentFault(command: MessageClass<object>, service: string): string | undefined {
  const metadata = messageMetadataOf(command);
  if (metadata === undefined)
    return `${command.name} has no durable name. Write @Command('…', { owner: '${service || 'the-service'}' }) on it.`;
  if (metadata.kind !== 'command') return `${command.name} is no command but of the kind ${metadata.kind}.`;
  return metadata.owner === undefined
    ? `nobody owns ${metadata.name}. Write @Command('${metadata.name}', { owner: 'the-service' }).`
    : undefined;
}

function handlerFault({ name, target }: MessageMetadata, { handled }: PlanSurroundings): string | undefined {
  if (handled === undefined || handled.has(name)) return undefined;
  return `nobody handles ${name} here. Add a provider with @CommandHandler(${target.name}).`;
}
