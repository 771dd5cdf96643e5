import { messageMetadataOf } from '@minos/common';
import type { EventStart, SagaPlan } from './plan.js';
import type { PlanSurroundings } from './plan-surroundings.js';

/** Of what begins a saga. */
export function startFaults(type: string, { starts }: SagaPlan, surroundings: PlanSurroundings): readonly string[] {
  const names = starts.map(({ message }) => messageMetadataOf(message)?.name);
  return starts.flatMap((start, index) => {
    const { name } = start.message;
    const verb = start.kind === 'event' ? 'startedBy' : 'startedByCommand';
    const fault = startFault(start, surroundings);
    const isAgain = names[index] !== undefined && names.indexOf(names[index]) < index;
    return [
      ...(fault === undefined ? [] : [`${type}, .${verb}(${name}, …): ${fault}`]),
      ...(isAgain ? [`${type}, .${verb}(${name}, …): it is there twice. Keep one; the state is made of the message alone.`] : []),
    ];
  });
}

function startFault({ kind, message }: EventStart, { service }: PlanSurroundings): string | undefined {
  const metadata = messageMetadataOf(message);
  const decorator = kind === 'event' ? `@Event('…')` : `@Command('…', { owner: '${service}' })`;
  if (metadata === undefined) return `${message.name} has no durable name. Write ${decorator} on it.`;
  if (metadata.kind !== kind) return `${message.name} is no ${kind} but of the kind ${metadata.kind}.`;
  const { name, owner } = metadata;
  if (kind === 'event' || owner === service) return undefined;
  return owner === undefined
    ? `nobody owns ${name}. Write @Command('${name}', { owner: '${service}' }).`
    : `${name} is owned by ${owner}, and this service is ${service}. Let ${owner} handle it, or be asked by it with a command of ${service}.`;
}
