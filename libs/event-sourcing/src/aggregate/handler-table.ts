import type { EventClass } from './event-class.js';
import { memberDeclarationsOf } from './member.decorator.js';
import type { MemberDeclaration } from './member.decorator.js';
import { onDeclarationsOf } from './on.decorator.js';

export type EventHandler = (event: object) => void;

/** Which method of a class handles which event, bases included. */
export interface HandlerTable {
  readonly methods: ReadonlyMap<EventClass, string | symbol>;
  readonly members: readonly MemberDeclaration[];
}

/** Derived from the decorators alone, so every application that asks may share it. */
const TABLES = new WeakMap<object, HandlerTable>();

export function handlerTableOf(type: object): HandlerTable {
  const known = TABLES.get(type);
  if (known) return known;
  const table = buildTable(type);
  TABLES.set(type, table);
  return table;
}

/** The `@On` method of `target` for this event, else its `on<EventName>`. */
export function handlerFor(target: object, event: object, eventName = nameOfEvent(event)): EventHandler | undefined {
  const { methods } = handlerTableOf(target.constructor);
  const method = methods.get(event.constructor as EventClass) ?? `on${eventName}`;
  const handler = (target as Record<string | symbol, unknown>)[method];
  return typeof handler === 'function' ? (handler as EventHandler) : undefined;
}

/** The name of the event's class, as the naming convention uses it. */
export function nameOfEvent(event: object): string {
  return (Object.getPrototypeOf(event) as { constructor: { name: string } }).constructor.name;
}

/** Hands the event to the child entities of `target` that handle it, and to theirs. */
export function dispatchToMembers(target: object, event: object): void {
  for (const { property, matches } of handlerTableOf(target.constructor).members) {
    for (const child of childrenIn((target as Record<string | symbol, unknown>)[property])) {
      const handler = handlerFor(child, event);
      if (handler && (!matches || matches(child as never, event))) handler.call(child, event);
      dispatchToMembers(child, event);
    }
  }
}

/** Every event class that `@On` names in this class or in the classes of its child entities. */
export function eventsHandledBy(type: object, seen = new Set<object>()): EventClass[] {
  if (seen.has(type)) return [];
  seen.add(type);
  const { methods, members } = handlerTableOf(type);
  return [...new Set([...methods.keys(), ...members.flatMap((member) => eventsHandledBy(member.type, seen))])];
}

function buildTable(type: object): HandlerTable {
  const methods = new Map<EventClass, string | symbol>();
  const members = new Map<string | symbol, MemberDeclaration>();
  for (const one of lineage(type)) {
    for (const { event, method } of onDeclarationsOf(one)) methods.set(event, method);
    for (const member of memberDeclarationsOf(one)) members.set(member.property, member);
  }
  return { methods, members: [...members.values()] };
}

/** The class and its bases, the base first. */
export function lineage(type: object): object[] {
  const classes: object[] = [];
  for (let one: object | null = type; one !== null && one !== Function.prototype; one = Object.getPrototypeOf(one) as object | null) {
    classes.unshift(one);
  }
  return classes;
}

function childrenIn(value: unknown): Iterable<object> {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return [...value.values()] as object[];
  if (Array.isArray(value) || value instanceof Set) return [...value] as object[];
  return [value];
}
