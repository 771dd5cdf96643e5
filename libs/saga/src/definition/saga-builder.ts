import { type Duration, type MessageClass, parseDuration } from '@minos/common';
import type { CompensationPlan, EventStart, RejectionPlan, RetryPlan, SagaNode, SagaPlan, StepNode, TimeoutPolicy } from './plan.js';
import { probeCommand } from './probe-command.js';
import type { CompensateOptions, Retry, SagaStart } from './saga-builder.types.js';

type Make = (...given: never[]) => unknown;
type Block = (steps: StepsBuilder) => unknown;

interface StepDraft extends Omit<StepNode, 'rejections'> {
  readonly rejections: Map<string, RejectionPlan>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const DEFAULT_EVERY = 1_000;
const DEFAULT_TIMES = 5;
const LONGEST_FACTOR = 10;
const COMPENSATION_TIMEOUT = '30s';

/** Begins a plan; `S` is the state of its instances, which has to be JSON. */
export function saga<S>(): SagaStart<S> {
  return new PlanBuilder() as unknown as SagaStart<S>;
}

/** Collects nodes; every method comes back with the builder, whose types say what may follow. */
class StepsBuilder {
  readonly nodes: SagaNode[] = [];
  private current: Writable<StepDraft> | undefined;

  step(name: string): this {
    this.current = {
      kind: 'step',
      name,
      action: 'remote',
      make: () => undefined,
      command: undefined,
      saga: undefined,
      onReply: undefined,
      rejections: new Map(),
      compensation: undefined,
      timeout: undefined,
      retry: undefined,
      pivot: false,
    };
    this.nodes.push(this.current);
    return this;
  }

  invoke(...given: readonly [Make] | readonly [MessageClass<object>, Make]): this {
    return this.act('remote', given);
  }

  local(...given: readonly [Make] | readonly [MessageClass<object>, Make]): this {
    return this.act('local', given);
  }

  saga(saga: StepNode['saga'], make: Make): this {
    return this.set({ action: 'saga', saga, make });
  }

  onReply(onReply: Make): this {
    return this.set({ onReply });
  }

  onRejection(code: string, next: Make): this {
    return this.rejection(code, { then: 'compensate', next });
  }

  continueOn(code: string, next: Make = (state) => state): this {
    return this.rejection(code, { then: 'continue', next });
  }

  compensate(make: Make, { retry, timeout = COMPENSATION_TIMEOUT }: CompensateOptions = {}): this {
    const compensation: CompensationPlan = {
      make: make as CompensationPlan['make'],
      command: probeCommand(make),
      retry: retryPlan(retry),
      timeoutMs: parseDuration(timeout),
    };
    return this.set({ compensation });
  }

  noCompensation(): this {
    return this.set({ compensation: 'none' });
  }

  timeout(after: Duration, then: TimeoutPolicy = 'compensate'): this {
    return this.set({ timeout: { afterMs: parseDuration(after), then } });
  }

  retry(policy: Retry): this {
    return this.set({ retry: retryPlan(policy) });
  }

  pivot(): this {
    return this.set({ pivot: true });
  }

  choose(name: string, ways: (choice: WaysBuilder) => unknown): this {
    const choice = new WaysBuilder();
    ways(choice);
    return this.add({ kind: 'choice', name, branches: choice.branches });
  }

  parallel(name: string, branches: (branches: BranchesBuilder) => unknown): this {
    const made = new BranchesBuilder();
    branches(made);
    return this.add({ kind: 'parallel', name, branches: made.branches });
  }

  private act(action: 'remote' | 'local', given: readonly [Make] | readonly [MessageClass<object>, Make]): this {
    const [command, make] = given.length === 1 ? [probeCommand(given[0]), given[0]] : given;
    return this.set({ action, command, make });
  }

  private rejection(code: string, plan: RejectionPlan): this {
    this.current?.rejections.set(code, plan);
    return this;
  }

  private set(fields: Partial<StepDraft>): this {
    if (this.current !== undefined) Object.assign(this.current, fields);
    return this;
  }

  private add(node: SagaNode): this {
    this.current = undefined;
    this.nodes.push(node);
    return this;
  }
}

class WaysBuilder {
  readonly branches: { name: string; when: ((state: never) => boolean) | undefined; nodes: readonly SagaNode[] }[] = [];

  when(name: string, when: (state: never) => boolean, steps: Block): this {
    this.branches.push({ name, when, nodes: nodesOf(steps) });
    return this;
  }

  otherwise(name: string, steps: Block): this {
    this.branches.push({ name, when: undefined, nodes: nodesOf(steps) });
    return this;
  }
}

class BranchesBuilder {
  readonly branches: { name: string; nodes: readonly SagaNode[] }[] = [];

  branch(name: string, steps: Block): this {
    this.branches.push({ name, nodes: nodesOf(steps) });
    return this;
  }
}

class PlanBuilder extends StepsBuilder {
  private readonly starts: EventStart[] = [];
  private readonly hooks: Writable<SagaPlan['hooks']> = {};

  startedBy(message: MessageClass<object>, init: EventStart['init'], options: Partial<Pick<EventStart, 'key'>> = {}): this {
    this.starts.push({ kind: 'event', message, init, key: options.key });
    return this;
  }

  startedByCommand(message: MessageClass<object>, init: EventStart['init'], options: Partial<Pick<EventStart, 'key'>> = {}): this {
    this.starts.push({ kind: 'command', message, init, key: options.key });
    return this;
  }

  onCompleted(completed: SagaPlan['hooks']['completed']): this {
    Object.assign(this.hooks, { completed });
    return this;
  }

  onCompensated(compensated: SagaPlan['hooks']['compensated']): this {
    Object.assign(this.hooks, { compensated });
    return this;
  }

  onParked(parked: SagaPlan['hooks']['parked']): this {
    Object.assign(this.hooks, { parked });
    return this;
  }

  build(): SagaPlan {
    return { starts: this.starts, nodes: this.nodes, hooks: this.hooks };
  }
}

function nodesOf(steps: Block): readonly SagaNode[] {
  const block = new StepsBuilder();
  steps(block);
  return block.nodes;
}

function retryPlan({ every, longest, times, forever = false }: Retry = {}): RetryPlan {
  const everyMs = every === undefined ? DEFAULT_EVERY : parseDuration(every);
  const longestMs = longest === undefined ? everyMs * LONGEST_FACTOR : parseDuration(longest);
  return { everyMs, longestMs, times: forever ? Infinity : (times ?? DEFAULT_TIMES) };
}
