import { isMinosError, requiredAccessOf } from '@minos/common';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import type { ConsumerPlan } from '../module/handler.registrar.js';
import { channelsOf } from '../send/channels.js';
import { resolveExtras, type MinosServerParts } from './minos-server.options.js';
import { patternBinding, type BoundPattern } from './pattern-binding.js';
import { handledName } from './pattern.js';

/** A handler as Nest hands it to a transport. */
export interface AddedPattern {
  readonly kind: 'command' | 'event';
  readonly pattern: unknown;
  readonly extras: object;
  readonly work: (data: unknown, context: MessageContext) => Promise<unknown>;
}

export interface PatternPlans {
  readonly plans: readonly ConsumerPlan[];
  /** What keeps the server from listening. */
  readonly faults: readonly string[];
}

/** One consumer of the handlers, as it is put together. */
interface Draft {
  readonly consumer: string;
  readonly channel: ConsumerPlan['channels'][number];
  readonly patterns: Map<string, BoundPattern>;
}

/** Makes consumers of patterns: commands join the consumer of the service's commands, events have one consumer for each service that they come from. */
export function planPatterns(added: readonly AddedPattern[], consumer: string, parts: MinosServerParts): PatternPlans {
  const faults: string[] = [];
  const drafts = new Map<string, Draft>();
  for (const one of added) {
    const read = readAdded(one);
    if ('fault' in read) faults.push(read.fault);
    else take(draftOf(read, consumer, parts), drafts, read, { parts, faults });
  }
  return { plans: [...drafts.values()].map((draft) => planOf(draft, parts)), faults };
}

type ReadPattern = BoundPattern & { readonly from: string | undefined };

function readAdded({ kind, pattern, extras, work }: AddedPattern): ReadPattern | { readonly fault: string } {
  const decorator = kind === 'event' ? '@EventPattern' : '@MessagePattern';
  const named = handledName(pattern, kind);
  if ('fault' in named) return { fault: `${decorator}: ${named.fault}` };
  try {
    const { from, deadline: deadlineMs, version } = resolveExtras(kind, named.name, extras);
    return { kind, name: named.name, from, deadlineMs, version, work };
  } catch (error) {
    if (!isMinosError(error, 'OPTIONS_INVALID')) throw error;
    return { fault: error.message };
  }
}

function draftOf({ kind, from }: ReadPattern, consumer: string, { service }: MinosServerParts): Draft {
  const { commands } = channelsOf(service);
  if (kind === 'command') return { consumer: commands, channel: { name: commands, kind }, patterns: new Map() };
  const source = from ?? service;
  return { consumer: `${consumer}.${source}`, channel: { name: channelsOf(source).events }, patterns: new Map() };
}

interface Taking {
  readonly parts: MinosServerParts;
  readonly faults: string[];
}

function take(fresh: Draft, drafts: Map<string, Draft>, read: ReadPattern, { parts, faults }: Taking): void {
  const draft = drafts.get(fresh.consumer) ?? fresh;
  drafts.set(draft.consumer, draft);
  const { patterns } = draft;
  const { name, kind } = read;
  const first = patterns.get(name);
  if (first !== undefined && kind === 'command')
    faults.push(`${placesOf(read, parts).join(' and ')} both handle ${name}; it is handled once, so keep one of them.`);
  if (first !== undefined) faults.push(...authorizeFaults(read, parts));
  patterns.set(name, first === undefined ? read : together(first, read));
}

/** Several handlers of one event are one handler: all of them, or none, have handled it. */
function together(first: BoundPattern, next: BoundPattern): BoundPattern {
  const work: BoundPattern['work'] = async (data, context) => {
    await first.work(data, context);
    return next.work(data, context);
  };
  const [one, other] = [first, next].map(({ deadlineMs }) => deadlineMs);
  return { ...first, work, deadlineMs: one === undefined || other === undefined ? (one ?? other) : Math.max(one, other) };
}

/** Handlers of one event are checked together, so that they must ask for the same. */
function authorizeFaults(read: ReadPattern, parts: MinosServerParts): string[] {
  const types = parts.patterns.filter(({ kind, name }) => kind === read.kind && name === read.name).map(({ handler }) => handler.type);
  const wanted = new Set(types.map((type) => JSON.stringify(requiredAccessOf(type))));
  return wanted.size < 2
    ? []
    : [`${placesOf(read, parts).join(' and ')} handle ${read.name} and differ in @Authorize; let them ask for the same.`];
}

function planOf({ consumer, channel, patterns }: Draft, parts: MinosServerParts): ConsumerPlan {
  const handlers = new Map<string, MessageHandler>([...patterns].map(([name, pattern]) => [name, patternBinding(pattern, parts)]));
  const places = new Map([...patterns].map(([name, pattern]) => [name, placesOf(pattern, parts).join(' and ')]));
  return { consumer, channels: [channel], handlers, types: [...patterns.keys()], places };
}

function placesOf({ kind, name }: Pick<BoundPattern, 'kind' | 'name'>, { patterns }: MinosServerParts): string[] {
  const places = patterns
    .filter((found) => found.kind === kind && found.name === name)
    .map(({ handler: { type, method } }) => `${type.name}.${method}()`);
  return places.length === 0 ? [`a pattern for ${name}`] : places;
}
