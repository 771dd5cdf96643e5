import type { Command, CommandResult, Duration, MessageClass, Rejection, RejectionCode } from '@minos/common';
import type { SagaDefinition } from './saga-definition.js';
import type { SagaPlan, TimeoutPolicy } from './plan.js';

type AnyCommand = Command<unknown, string>;

export interface Retry {
  /** Pause before the second try. @default '1s' */
  readonly every?: Duration;
  /** The pause doubles up to so long. @default ten times `every` */
  readonly longest?: Duration;
  /** Tries in all. @default 5 */
  readonly times?: number;
  /** Without end. @default false */
  readonly forever?: boolean;
}

export interface CompensateOptions {
  /** When it is rejected or not answered in time; then an operator is waited for. @default 5 tries, 1 s to 10 s apart */
  readonly retry?: Retry;
  /** How long an answer is waited for. @default '30s' */
  readonly timeout?: Duration;
}

/** What may end a plan: `R` is `Buildable<S>` at its top and nothing inside of a branch. */
export interface Buildable<S> {
  /** A command to send, without waiting for an answer, with the unit in which it ends so. */
  onCompleted(make: (state: Readonly<S>) => AnyCommand | undefined): Steps<S, Buildable<S>>;
  onCompensated(make: (state: Readonly<S>) => AnyCommand | undefined): Steps<S, Buildable<S>>;
  /** Each time it is parked for an operator. */
  onParked(make: (state: Readonly<S>) => AnyCommand | undefined): Steps<S, Buildable<S>>;
  build(): SagaPlan<S>;
}

/** A sequence: what is added comes behind what is there. */
export type Steps<S, R> = StepAdder<S, R> & R;

export interface StepAdder<S, R> {
  /** A step; `name` is durable and unique in the plan. */
  step(name: string): StepAction<S, R>;
  /** One of several ways, by the state when it comes there. */
  choose(name: string, ways: (choice: Ways<S>) => unknown): Steps<S, R>;
  /** Several ways at once; they may write disjoint keys of the state alone. */
  parallel(name: string, branches: (branches: Branches<S>) => unknown): Steps<S, R>;
}

export interface Ways<S> {
  when(name: string, condition: (state: Readonly<S>) => boolean, steps: (steps: StepAdder<S, unknown>) => unknown): this;
  otherwise(name: string, steps: (steps: StepAdder<S, unknown>) => unknown): this;
}

export interface Branches<S> {
  branch(name: string, steps: (steps: StepAdder<S, unknown>) => unknown): this;
}

export interface StepAction<S, R> {
  /** Sends a command to the service that owns it. `make` runs again after a crash or a conflict, and must make the same of the same state. */
  invoke<C extends AnyCommand>(make: (state: Readonly<S>) => C): Step<S, C, R>;
  /** The same where the class cannot be found out by trying `make`. */
  invoke<C extends AnyCommand>(command: MessageClass<C>, make: (state: Readonly<S>) => C): Step<S, C, R>;
  /** Runs a command of this service, in one unit with the step of the saga. */
  local<C extends AnyCommand>(make: (state: Readonly<S>) => C): Step<S, C, R>;
  local<C extends AnyCommand>(command: MessageClass<C>, make: (state: Readonly<S>) => C): Step<S, C, R>;
  /** Runs another saga of this service; its last state is the reply. One that is compensated rejects with `saga.compensated`. */
  saga<D extends SagaDefinition>(definition: MessageClass<D>, make: (state: Readonly<S>) => StateOf<D>): Step<S, SagaCommand<D>, R>;
}

/** The state of the instances of a definition. */
export type StateOf<D> = D extends { readonly plan: SagaPlan<infer S> } ? S : never;

/** Another saga seen as a command. */
export type SagaCommand<D> = Command<StateOf<D>, 'saga.compensated'>;

export type Step<S, C, R> = Steps<S, R> & StepPolicies<S, C, R>;

export interface StepPolicies<S, C, R> {
  /** @default the state stays */
  onReply(next: (state: Readonly<S>, reply: CommandResult<C>) => S): Step<S, C, R>;
  /** Keeps something of a rejection; then the saga compensates. Other rejections compensate as well. */
  onRejection<K extends RejectionCode<C>>(code: K, next: (state: Readonly<S>, rejection: Rejection<K>) => S): Step<S, C, R>;
  /** Goes on although the command was rejected. */
  continueOn<K extends RejectionCode<C>>(code: K, next?: (state: Readonly<S>, rejection: Rejection<K>) => S): Step<S, C, R>;
  /** Takes the step back. The reply is missing where it is not known whether the step happened. */
  compensate(make: (state: Readonly<S>, reply: CommandResult<C> | undefined) => AnyCommand, options?: CompensateOptions): Step<S, C, R>;
  /** The same where the class cannot be found out by trying `make`. */
  compensate<U extends AnyCommand>(
    command: MessageClass<U>,
    make: (state: Readonly<S>, reply: CommandResult<C> | undefined) => U,
    options?: CompensateOptions,
  ): Step<S, C, R>;
  /** There is nothing to take back. */
  noCompensation(): Step<S, C, R>;
  /** How long an answer is waited for, and what then. @default '60s', 'compensate'; from the pivot on 'retry' */
  timeout(after: Duration, then?: TimeoutPolicy): Step<S, C, R>;
  /** After a fault of a local command, a time that is over with 'retry', and, from the pivot on, a rejection. @default 5 tries, 1 s to 10 s apart, then an operator is waited for */
  retry(policy: Retry): Step<S, C, R>;
  /** From here on the saga only goes forward. */
  pivot(): Step<S, C, R>;
}

export interface StartOptions<M> {
  /** Business key: a second start with the same key is none. @default none for events, whose own id is enough */
  readonly key?: (message: M) => string;
}

/** Who begins. Without any the saga is started by `Sagas.start` alone. */
export type SagaStart<S> = Steps<S, Buildable<S>> & {
  /**
   * Each event begins an instance, also one that was published before there was this saga; none begins where `init` returns `undefined`, which it decides by the event alone.
   */
  startedBy<M extends object>(event: MessageClass<M>, init: (event: M) => S | undefined, options?: StartOptions<M>): SagaStart<S>;
  /** The command answers with `{ sagaId }`. */
  startedByCommand<M extends Command<{ sagaId: string }, string>>(
    command: MessageClass<M>,
    init: (command: M) => S,
    options?: StartOptions<M>,
  ): SagaStart<S>;
};
