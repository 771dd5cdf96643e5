import type { TimeoutPolicy } from '../definition/plan.js';

/** A message of a plan, by the name that it has on the wire. */
export interface DescribedMessage {
  /** Durable name; the class's where it has none. */
  readonly name: string;
  /** The service that handles it. Missing for events, and for commands that stay in their process. */
  readonly owner?: string;
}

export interface DescribedStart {
  readonly kind: 'event' | 'command';
  readonly message: DescribedMessage;
  /** Whether a second start with the same business key is none. */
  readonly keyed: boolean;
}

export interface DescribedRetry {
  readonly everyMs: number;
  readonly longestMs: number;
  /** Tries in all. */
  readonly times: number | 'forever';
}

export interface DescribedCompensation {
  /** Missing where it is known only when it is made. */
  readonly command?: DescribedMessage;
  readonly retry: DescribedRetry;
  readonly timeoutMs: number;
}

/** A step with the policies that it has, defaults filled in. */
export interface DescribedStep {
  readonly kind: 'step';
  readonly name: string;
  readonly action: 'remote' | 'local' | 'saga';
  readonly command?: DescribedMessage;
  /** Durable name of the saga that is the step. */
  readonly saga?: string;
  /** What becomes of rejections that the plan names; any other one compensates, and from the pivot on is tried again. */
  readonly rejections: readonly { readonly code: string; readonly then: 'compensate' | 'continue' }[];
  /** `none`: the plan says that there is nothing to take back; `itself`: the saga that is the step is compensated. Missing from the pivot on. */
  readonly compensation?: DescribedCompensation | 'none' | 'itself';
  /** Missing where nothing is waited for by the clock: local commands, and other sagas without a time. */
  readonly timeout?: { readonly afterMs: number; readonly then: TimeoutPolicy };
  readonly retry: DescribedRetry;
  readonly pivot: boolean;
  /** Whether it comes behind the pivot, from where there is no way back. */
  readonly forward: boolean;
}

export interface DescribedBranch {
  readonly name: string;
  readonly steps: readonly DescribedNode[];
}

/** One of several ways. `otherwise`: one of them is always taken. */
export interface DescribedChoice {
  readonly kind: 'choice';
  readonly name: string;
  readonly otherwise: boolean;
  readonly branches: readonly DescribedBranch[];
}

/** Several ways at once. */
export interface DescribedParallel {
  readonly kind: 'parallel';
  readonly name: string;
  readonly branches: readonly DescribedBranch[];
}

export type DescribedNode = DescribedStep | DescribedChoice | DescribedParallel;

/** The command that is sent at an end, or `unknown` where it is known only when it is made. */
export interface DescribedEnds {
  readonly completed?: DescribedMessage | 'unknown';
  readonly compensated?: DescribedMessage | 'unknown';
  readonly parked?: DescribedMessage | 'unknown';
}

/** What a saga does, as JSON. */
export interface SagaOutline {
  /** Durable name. */
  readonly name: string;
  readonly version: number;
  /** Of the structure: an instance goes on only where the plan has the same. */
  readonly hash: string;
  /** Empty where `Sagas.start` alone begins it. */
  readonly starts: readonly DescribedStart[];
  readonly steps: readonly DescribedNode[];
  readonly ends: DescribedEnds;
}

/** An outline with its drawing. */
export interface SagaDescription extends SagaOutline {
  /** A Mermaid flowchart: steps as they go forward, the pivot marked, compensations dotted. */
  readonly mermaid: string;
}

/** All steps, in the order in which they are written. */
export function describedSteps(nodes: readonly DescribedNode[]): readonly DescribedStep[] {
  return nodes.flatMap((node) => (node.kind === 'step' ? [node] : node.branches.flatMap(({ steps }) => describedSteps(steps))));
}
