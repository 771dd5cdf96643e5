import { type MessageClass, messageMetadataOf } from '@minos/common';
import type { FoundHandler } from '@minos/messaging/module';
import { composedNameOf } from './compose.decorator.js';
import type { CompositionPlan } from './compose.js';
import { Composition } from './composition.js';
import { optionFaults } from './part-settings.js';

/** A provider that has `@Compose`. */
export interface FoundComposition {
  readonly type: { readonly name: string; readonly prototype: object; readonly parts?: CompositionPlan };
  /** Missing where it is made anew for each request. */
  readonly instance: object | undefined;
}

/** What is wrong with the composed queries of an application, in sentences with their cure. */
export function compositionFaults(found: readonly FoundComposition[], handlers: readonly FoundHandler[]): string[] {
  return found.flatMap((one) => {
    const place = `@Compose('${composedNameOf(one.type) ?? ''}') on ${one.type.name}`;
    return [...ofClass(one), ...ofPlan(one, handlers)].map((fault) => `${place}: ${fault}`);
  });
}

function ofClass({ type, instance }: FoundComposition): string[] {
  const faults: string[] = [];
  if (!(type.prototype instanceof Composition)) faults.push('it does not answer. Write extends Composition.');
  else if (instance === undefined)
    faults.push('it is in request scope, and the answers of its parts belong to no request. Take what is in request scope away.');
  return faults;
}

function ofPlan({ type }: FoundComposition, handlers: readonly FoundHandler[]): string[] {
  const { parts: plan } = type;
  if (!Array.isArray(plan?.parts))
    return ['it has no parts. Write static readonly parts = compose(<the class of the query>).part(…).build().'];
  return [...ofQuery(type, plan.query, handlers), ...ofParts(plan), ...optionFaults(plan)];
}

function ofQuery(type: FoundComposition['type'], query: MessageClass | undefined, handlers: readonly FoundHandler[]): string[] {
  if (typeof query !== 'function')
    return ['compose(…) was given no class. Where files import each other in a circle, move the class of the query to a file of its own.'];
  const name = composedNameOf(type) ?? '';
  const metadata = messageMetadataOf(query);
  if (metadata === undefined) return [`${query.name} has no durable name. Write @Query('${name}') on its class.`];
  if (metadata.kind !== 'query')
    return [`${query.name} is ${metadata.kind === 'event' ? 'an' : 'a'} ${metadata.kind}, and only queries are composed. Write @Query.`];
  if (metadata.name !== name) return [`compose(${query.name}) makes the query ${metadata.name}. Write @Compose('${metadata.name}').`];
  return handlers
    .filter((other) => other.kind === 'query' && other.type !== (type as unknown) && other.messages.includes(query))
    .map(({ handler }) => `${handler} answers ${name} too. Keep one of them: take ${handler} or ${type.name} out of the providers.`);
}

function ofParts({ parts }: CompositionPlan): string[] {
  if (parts.length === 0) return ['it has no parts. Add one with .part(name, { … }).'];
  const known = new Set<string>();
  const all = new Set(parts.map(({ name }) => name));
  return parts.flatMap(({ name, options }) => {
    const faults = known.has(name) ? [`two parts are named '${name}'. Give each a name of its own.`] : [];
    const unknown = namesIn(options['after']).filter((other) => !known.has(other));
    known.add(name);
    return [...faults, ...unknown.map((other) => comesAfter(name, other, all))];
  });
}

function comesAfter(name: string, other: string, all: ReadonlySet<string>): string {
  return all.has(other)
    ? `part '${name}' comes after '${other}', which does not stand before it. Move '${other}' up.`
    : `part '${name}' comes after '${other}', and there is no such part. Its parts are: ${[...all].join(', ')}.`;
}

function namesIn(after: unknown): string[] {
  return Array.isArray(after) ? after.filter((name) => typeof name === 'string') : [];
}
