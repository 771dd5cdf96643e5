import type { StepRecord } from '../contracts/saga-instance.js';
import type { SagaNode, StepNode } from '../definition/plan.js';
import { mayHold } from './may-hold.js';

const step = (name: string, compensation: 'none' | 'some' = 'some', action: StepNode['action'] = 'remote'): SagaNode =>
  ({ kind: 'step', name, action, compensation: compensation === 'none' ? 'none' : { make: () => ({}) } }) as never;
const inParallel = (...nodes: readonly SagaNode[]): SagaNode => ({
  kind: 'parallel',
  name: 'both',
  branches: nodes.map((node, index) => ({ name: `way-${index}`, nodes: [node] })),
});
const choice = (node: SagaNode): SagaNode => ({
  kind: 'choice',
  name: 'which',
  branches: [{ name: 'one', when: undefined, nodes: [node] }],
});

interface Given {
  readonly nodes: readonly SagaNode[];
  readonly steps?: Readonly<Record<string, Partial<StepRecord>>>;
  readonly parent?: boolean;
}
const standing = ({ nodes, steps = {}, parent = false }: Given) => ({
  plan: { starts: [], hooks: {}, nodes },
  before: parent ? { parent: { id: 'p', request: 'r' } } : {},
  steps: steps as Readonly<Record<string, StepRecord>>,
});
const TWO = [step('one'), step('two')];

it.each<[string, boolean, Given, string | undefined]>([
  ['the first step', false, { nodes: TWO }, 'one'],
  ['a step sent again', false, { nodes: TWO, steps: { one: { status: 'waiting' } } }, 'one'],
  ['a step behind one that was done', true, { nodes: TWO, steps: { one: { status: 'done' } } }, 'two'],
  ['a step behind one of which nobody knows', true, { nodes: TWO, steps: { one: { status: 'unknown' } } }, 'two'],
  ['a step behind one that was rejected', false, { nodes: TWO, steps: { one: { status: 'rejected' } } }, 'two'],
  ['a step behind one that was taken back', false, { nodes: TWO, steps: { one: { status: 'done', undo: { status: 'done' } } } }, 'two'],
  [
    'a step behind one with nothing to take back',
    false,
    { nodes: [step('one', 'none'), step('two')], steps: { one: { status: 'done' } } },
    'two',
  ],
  ['a step of several at once', true, { nodes: [inParallel(step('one'), choice(step('two')))] }, 'two'],
  ['a step before several at once', false, { nodes: [step('one'), inParallel(step('two'), step('three'))] }, 'one'],
  ['a step of a choice', false, { nodes: [choice(step('one'))] }, 'one'],
  ['a saga that runs meanwhile', true, { nodes: [step('one', 'none', 'saga'), step('two')], steps: { one: { status: 'waiting' } } }, 'two'],
  ['a saga that is a step of another', true, { nodes: TWO, parent: true }, 'one'],
  ['a hook at the end', true, { nodes: TWO, steps: { one: { status: 'done' } } }, undefined],
])('%s may hold something besides: %s', (_, expected, given, name) => {
  expect(mayHold(standing(given), name)).toBe(expected);
});
