import type { Duration, MessageClass, Query } from '@minos/common';
import type { Composed, PartsOf } from './composed.js';
import type { PartCacheOptions } from './part-cache.js';

/** What becomes of a part that fails or is late. Only what is optional among the parts can be omitted. */
export type Otherwise<P extends object, N extends keyof P> =
  'fail' | { readonly default: Required<P>[N] } | (object extends Pick<P, N> ? 'omit' : never);

export interface PartOptions<Q, P extends object, N extends keyof P, A extends keyof P> {
  /** Parts that are answered first. They are handed to `ask`; where one of them is omitted, this one is not asked, and `otherwise` counts. @default none */
  readonly after?: readonly A[];
  /** Makes the query that the part sends, to this service or to the one that owns it. */
  readonly ask: (query: Q, parts: Required<Pick<P, A>>) => Query<Required<P>[N]>;
  /** How long the part may take from when it is asked; what is left of the whole bounds it. @default what is left of the whole */
  readonly within?: Duration;
  /** `'fail'`: the whole answer fails, with the error of the part, at once. `'omit'`: the answer goes without. `{ default }`: a copy of that stands in its place. */
  readonly otherwise: Otherwise<P, N>;
  /** Whether a `Rejection` of the part, too, leads to `otherwise`, or fails the whole answer. @default 'otherwise' */
  readonly rejections?: 'otherwise' | 'fail';
  /** @default the part is asked every time */
  readonly cache?: PartCacheOptions;
  /** Whether the part is asked for an answer at least as new as the consistency tokens of the composed query, past its cache. @default 'pass' */
  readonly consistency?: 'pass' | 'ignore';
}

/** A part as its composition says it; checked when the application starts. */
export interface PartDefinition {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a composed query is made of: immutable, and the same for every application in the process. */
export interface CompositionPlan<Q = unknown> {
  readonly query: MessageClass<Q>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parts: readonly PartDefinition[];
}

export interface CompositionOptions {
  /** How long the whole answer may take; less where the query was executed with less. @default '5s' */
  readonly within?: Duration;
}

/** A plan that lacks parts. */
export interface PartsMissing<N> {
  readonly missing: N;
}

/** `D` are the parts that are there. */
export interface CompositionBuilder<Q, P extends object, D extends keyof P = never> {
  /** Adds a part; parts that it comes `after` stand before it. What does not depend on each other is asked at once. */
  part<N extends Exclude<keyof P, D> & string, A extends D = never>(
    name: N,
    options: PartOptions<Q, P, N, A>,
  ): CompositionBuilder<Q, P, D | N>;
  /** The plan, once every part of the answer is there. */
  readonly build: [Exclude<keyof P, D>] extends [never] ? () => CompositionPlan<Q> : PartsMissing<Exclude<keyof P, D>>;
}

/** Begins the plan of a composed query: `static readonly parts = compose(GetOrderDetails).part('order', { … }).build()`. */
export function compose<Q extends Query<Composed<object>>>(
  query: MessageClass<Q>,
  options: CompositionOptions = {},
): CompositionBuilder<Q, PartsOf<Q>> {
  const plan: CompositionPlan = { query, options: { ...options }, parts: [] };
  return builderOf(plan) as unknown as CompositionBuilder<Q, PartsOf<Q>>;
}

interface UncheckedBuilder {
  part(name: string, options: object): UncheckedBuilder;
  build(): CompositionPlan;
}

function builderOf(plan: CompositionPlan): UncheckedBuilder {
  return {
    part: (name, options) => builderOf({ ...plan, parts: [...plan.parts, Object.freeze({ name, options: { ...options } })] }),
    build: () => Object.freeze({ ...plan, parts: Object.freeze(plan.parts) }),
  };
}
