import { isMinosError, type MessageClass, messageMetadataOf, type MessageRegistry } from '@minos/common';
import type { FoundHandler } from '@minos/messaging/module';
import { planFaults, type PlanSurroundings } from '../definition/plan-faults.js';
import { messagesOf } from '../definition/plan-messages.js';
import type { SagaPlan } from '../definition/plan.js';
import type { FoundSaga } from './saga.explorer.js';

/** What the definitions of an application are looked at with. */
export interface DefinitionParts {
  readonly service: string;
  /** `undefined` where they are not known. */
  readonly handlers: readonly FoundHandler[] | undefined;
  /** Learns the messages and names. */
  readonly registry: MessageRegistry | undefined;
}

/** What keeps the application from starting, each in a sentence with its cure. Makes what the plans name known. */
export function definitionFaults(found: readonly FoundSaga[], { service, handlers, registry }: DefinitionParts): readonly string[] {
  const handling = handlers && handlingOf(handlers);
  const begun = found.flatMap(({ plan }) => commandsThatStart(plan));
  const handled = handling && new Set([...handling.keys(), ...begun]);
  const sagas = new Map(found.map(({ type, plan }) => [type as MessageClass, plan]));
  const surroundings: PlanSurroundings = { service, handled, sagas };
  return [
    ...found.flatMap((saga) => ownFaults(saga, surroundings)),
    ...twiceFaults(found),
    ...startedTwiceFaults(found, handling ?? new Map<string, string>()),
    ...found.flatMap((saga) => makeKnown(saga, found, registry)),
  ];
}

function ownFaults({ type, plan, version, isScoped }: FoundSaga, surroundings: PlanSurroundings): readonly string[] {
  if (isScoped)
    return [
      `@Saga on ${type.name}: it, or something that it is given, is in request scope, and its instances belong to no request. Take what is away; commands reach what they need.`,
    ];
  const isVersion = Number.isSafeInteger(version) && version >= 1;
  return [
    ...(isVersion ? [] : [`@Saga on ${type.name}: ${String(version)} is no version. Write a whole number from 1.`]),
    ...planFaults(type.name, plan, surroundings),
  ];
}

/** Several classes may have one name in several versions. */
function twiceFaults(found: readonly FoundSaga[]): readonly string[] {
  return found.flatMap(({ name, version, type }, index) =>
    found
      .slice(index + 1)
      .filter((other) => other.name === name && other.version === version)
      .map(
        (other) =>
          `@Saga('${name}', { version: ${version} }) is on ${type.name} and on ${other.type.name}. Give one of them another version.`,
      ),
  );
}

/** A command is answered by one: a handler, or a saga that it begins, of which the newest version begins. */
function startedTwiceFaults(found: readonly FoundSaga[], handling: ReadonlyMap<string, string>): readonly string[] {
  const starting = new Map<string, FoundSaga>();
  return found.flatMap((saga) =>
    commandsThatStart(saga.plan).flatMap((command) => {
      const handler = handling.get(command);
      const other = starting.get(command);
      starting.set(command, saga);
      return [
        ...(handler === undefined
          ? []
          : [`${saga.type.name} is started by ${command}, and ${handler} handles it too. Keep one: only one can answer.`]),
        ...(other === undefined || other.name === saga.name
          ? []
          : [`${other.type.name} and ${saga.type.name} are both started by ${command}. Keep one: only one can answer.`]),
      ];
    }),
  );
}

function commandsThatStart(plan: SagaPlan | undefined): readonly string[] {
  const starts = (plan?.starts ?? []).filter(({ kind }) => kind === 'command');
  return starts.flatMap(({ message }) => messageMetadataOf(message)?.name ?? []);
}

function handlingOf(handlers: readonly FoundHandler[]): ReadonlyMap<string, string> {
  const commands = handlers.filter(({ kind }) => kind === 'command');
  return new Map(
    commands.flatMap(({ handler, messages }) =>
      messages.flatMap((message) => {
        const name = messageMetadataOf(message)?.name;
        return name === undefined ? [] : [[name, handler] as const];
      }),
    ),
  );
}

/** The name belongs to all classes of its versions; the first one stands for it. */
function makeKnown({ name, type, plan }: FoundSaga, found: readonly FoundSaga[], registry: MessageRegistry | undefined): readonly string[] {
  if (registry === undefined) return [];
  const isFirst = found.find((other) => other.name === name)?.type === type;
  const messages = plan === undefined ? [] : messagesOf(plan);
  return [
    ...(isFirst ? attempt(() => registry.claimName({ kind: 'saga', name, target: type })) : []),
    ...messages.flatMap((message) => attempt(() => registry.register(message))),
  ];
}

function attempt(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!isMinosError(error)) throw error;
    return [error.message];
  }
}
