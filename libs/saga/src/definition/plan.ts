import type { MessageClass } from '@minos/common';

/** What becomes of a step whose time is over. */
export type TimeoutPolicy = 'retry' | 'compensate' | 'park';

export interface RetryPlan {
  readonly everyMs: number;
  /** The pause doubles up to so long. */
  readonly longestMs: number;
  /** Tries in all; `Infinity` for ever. */
  readonly times: number;
}

export interface RejectionPlan {
  readonly then: 'compensate' | 'continue';
  readonly next: (state: never, rejection: never) => unknown;
}

export interface CompensationPlan {
  readonly make: (state: never, reply: never) => object;
  /** Known before anything runs, by trying `make`. */
  readonly command: MessageClass<object> | undefined;
  readonly retry: RetryPlan;
  readonly timeoutMs: number;
}

export interface StepNode {
  readonly kind: 'step';
  readonly name: string;
  /** `remote`: a message to the service that owns the command; `local`: run here, in one unit with the change of the instance; `saga`: another saga of this service. */
  readonly action: 'remote' | 'local' | 'saga';
  /** Of the command, or, for another saga, its first state. */
  readonly make: (state: never) => unknown;
  /** Known before anything runs, by trying `make` or by being named; `undefined` where it could not be found out. */
  readonly command: MessageClass<object> | undefined;
  readonly saga: MessageClass<{ readonly plan: SagaPlan }> | undefined;
  readonly onReply: ((state: never, reply: never) => unknown) | undefined;
  readonly rejections: ReadonlyMap<string, RejectionPlan>;
  /** `undefined` where the plan says nothing, which is a fault before the pivot. */
  readonly compensation: CompensationPlan | 'none' | undefined;
  readonly timeout: { readonly afterMs: number; readonly then: TimeoutPolicy } | undefined;
  readonly retry: RetryPlan | undefined;
  readonly pivot: boolean;
}

export interface ChoiceBranch {
  readonly name: string;
  /** `undefined` is the branch for every other case. */
  readonly when: ((state: never) => boolean) | undefined;
  readonly nodes: readonly SagaNode[];
}

/** Goes one of several ways; the first whose condition holds. Without any that holds it goes on behind the choice. */
export interface ChoiceNode {
  readonly kind: 'choice';
  readonly name: string;
  readonly branches: readonly ChoiceBranch[];
}

/** Goes several ways at once, and on once all of them are at their ends. Branches write disjoint keys of the state. */
export interface ParallelNode {
  readonly kind: 'parallel';
  readonly name: string;
  readonly branches: readonly { readonly name: string; readonly nodes: readonly SagaNode[] }[];
}

export type SagaNode = StepNode | ChoiceNode | ParallelNode;

export interface EventStart {
  readonly kind: 'event' | 'command';
  readonly message: MessageClass<object>;
  readonly init: (message: never) => unknown;
  readonly key: ((message: never) => string) | undefined;
}

export interface EndHooks {
  readonly completed?: (state: never) => object | undefined;
  readonly compensated?: (state: never) => object | undefined;
  readonly parked?: (state: never) => object | undefined;
}

/** What a saga does, as data with functions; made by `saga()`. `S` is the state of its instances. */
export interface SagaPlan<S = unknown> {
  readonly starts: readonly EventStart[];
  readonly nodes: readonly SagaNode[];
  readonly hooks: EndHooks;
  /** What is wrong with how it was written. */
  readonly faults?: readonly string[];
  /** In types only. */
  readonly state?: S;
}

/** All steps, in the order in which they are written. */
export function stepsOf(nodes: readonly SagaNode[]): readonly StepNode[] {
  return nodes.flatMap((node) => (node.kind === 'step' ? [node] : node.branches.flatMap((branch) => stepsOf(branch.nodes))));
}
