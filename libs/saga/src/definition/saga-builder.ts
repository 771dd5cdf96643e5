import type { Duration, MessageClass } from '@minos/common';
import type { CompensationPlan, EventStart, RejectionPlan, SagaNode, SagaPlan, StepNode, TimeoutPolicy } from './plan.js';
import { PlanNotes } from './plan-notes.js';
import { probeCommand } from './probe-command.js';
import type { CompensateOptions, Retry, SagaStart } from './saga-builder.types.js';

type Make = (...given: never[]) => unknown;
type Block = (steps: StepsBuilder) => unknown;

interface StepDraft extends Omit<StepNode, 'rejections'> {
  readonly rejections: Map<string, RejectionPlan>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const COMPENSATION_TIMEOUT = '30s';

/** Begins a plan; `S` is the state of its instances, which has to be JSON. */
export function saga<S>(): SagaStart<S> {
  return new PlanBuilder() as unknown as SagaStart<S>;
}

type GivenCompensation = readonly [Make, CompensateOptions?] | readonly [MessageClass<object>, Make, CompensateOptions?];

/** Collects nodes; every method comes back with the builder, whose types say what may follow. */
class StepsBuilder {
  readonly nodes: SagaNode[] = [];
  private current: Writable<StepDraft> | undefined;

  constructor(protected readonly notes: PlanNotes) {}

  step(name: string): this {
    this.notes.begin(name);
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
    return this.set('saga', { action: 'saga', saga, make });
  }

  onReply(onReply: Make): this {
    return this.set('onReply', { onReply });
  }

  onRejection(code: string, next: Make): this {
    return this.rejection(code, { then: 'compensate', next });
  }

  continueOn(code: string, next: Make = (state) => state): this {
    return this.rejection(code, { then: 'continue', next });
  }

  compensate(...given: GivenCompensation): this {
    const { command, make, options = {} } = readCompensation(given);
    const { retry, timeout = COMPENSATION_TIMEOUT } = options;
    const compensation: CompensationPlan = {
      make: make as CompensationPlan['make'],
      command,
      retry: this.notes.retry('compensate', retry),
      timeoutMs: this.notes.duration('compensate timeout', timeout),
    };
    return this.set('compensate', { compensation });
  }

  noCompensation(): this {
    return this.set('compensate', { compensation: 'none' });
  }

  timeout(after: Duration, then: TimeoutPolicy = 'compensate'): this {
    return this.set('timeout', { timeout: { afterMs: this.notes.duration('timeout', after), then } });
  }

  retry(policy: Retry): this {
    return this.set('retry', { retry: this.notes.retry('retry', policy) });
  }

  pivot(): this {
    return this.set('pivot', { pivot: true });
  }

  choose(name: string, ways: (choice: WaysBuilder) => unknown): this {
    this.leave();
    const choice = new WaysBuilder(this.notes);
    ways(choice);
    return this.add({ kind: 'choice', name, branches: choice.branches });
  }

  parallel(name: string, branches: (branches: BranchesBuilder) => unknown): this {
    this.leave();
    const made = new BranchesBuilder(this.notes);
    branches(made);
    return this.add({ kind: 'parallel', name, branches: made.branches });
  }

  private act(action: 'remote' | 'local', given: readonly [Make] | readonly [MessageClass<object>, Make]): this {
    const [command, make] = given.length === 1 ? [probeCommand(given[0]), given[0]] : given;
    return this.set(action === 'local' ? 'local' : 'invoke', { action, command, make });
  }

  private rejection(code: string, plan: RejectionPlan): this {
    if (this.notes.say(`${plan.then === 'continue' ? 'continueOn' : 'onRejection'}('${code}')`)) this.current?.rejections.set(code, plan);
    return this;
  }

  private set(verb: string, fields: Partial<StepDraft>): this {
    if (this.notes.say(verb)) Object.assign(this.current ?? {}, fields);
    return this;
  }

  /** What follows is not of this step. */
  protected leave(): void {
    this.notes.begin(undefined);
    this.current = undefined;
  }

  private add(node: SagaNode): this {
    this.leave();
    this.nodes.push(node);
    return this;
  }
}

class WaysBuilder {
  readonly branches: { name: string; when: ((state: never) => boolean) | undefined; nodes: readonly SagaNode[] }[] = [];

  constructor(private readonly notes: PlanNotes) {}

  when(name: string, when: (state: never) => boolean, steps: Block): this {
    this.branches.push({ name, when, nodes: nodesOf(this.notes, steps) });
    return this;
  }

  otherwise(name: string, steps: Block): this {
    this.branches.push({ name, when: undefined, nodes: nodesOf(this.notes, steps) });
    return this;
  }
}

class BranchesBuilder {
  readonly branches: { name: string; nodes: readonly SagaNode[] }[] = [];

  constructor(private readonly notes: PlanNotes) {}

  branch(name: string, steps: Block): this {
    this.branches.push({ name, nodes: nodesOf(this.notes, steps) });
    return this;
  }
}

class PlanBuilder extends StepsBuilder {
  private readonly starts: EventStart[] = [];
  private readonly hooks: Writable<SagaPlan['hooks']> = {};

  constructor() {
    super(new PlanNotes());
  }

  startedBy(message: MessageClass<object>, init: EventStart['init'], options: Partial<Pick<EventStart, 'key'>> = {}): this {
    this.starts.push({ kind: 'event', message, init, key: options.key });
    return this;
  }

  startedByCommand(message: MessageClass<object>, init: EventStart['init'], options: Partial<Pick<EventStart, 'key'>> = {}): this {
    this.starts.push({ kind: 'command', message, init, key: options.key });
    return this;
  }

  onCompleted(completed: SagaPlan['hooks']['completed']): this {
    return this.hook('onCompleted', { completed });
  }

  onCompensated(compensated: SagaPlan['hooks']['compensated']): this {
    return this.hook('onCompensated', { compensated });
  }

  onParked(parked: SagaPlan['hooks']['parked']): this {
    return this.hook('onParked', { parked });
  }

  build(): SagaPlan {
    this.leave();
    return { starts: this.starts, nodes: this.nodes, hooks: this.hooks, faults: this.notes.faults };
  }

  private hook(verb: string, hook: SagaPlan['hooks']): this {
    const [name] = Object.keys(hook);
    if (name !== undefined && name in this.hooks) this.notes.faults.push(`.${verb} is there twice. Keep one.`);
    Object.assign(this.hooks, hook);
    return this;
  }
}

function nodesOf(notes: PlanNotes, steps: Block): readonly SagaNode[] {
  const block = new StepsBuilder(notes);
  steps(block);
  notes.begin(undefined);
  return block.nodes;
}

function readCompensation([first, second, third]: GivenCompensation) {
  if (typeof second === 'function') return { command: first as MessageClass<object>, make: second, options: third };
  return { command: probeCommand(first as Make), make: first as Make, options: second };
}
