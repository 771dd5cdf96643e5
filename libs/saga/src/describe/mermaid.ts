import { type DescribedMessage, type DescribedNode, type DescribedStep, describedSteps, type SagaOutline } from './description.js';

/** Where an edge comes from, and what stands beside it. */
interface Exit {
  readonly id: string;
  readonly label?: string;
}

const STYLES = [
  'classDef pivot stroke-width:4px',
  'classDef undo stroke-dasharray:4 3',
  'classDef message fill:none,stroke-dasharray:2 2',
] as const;

/** A flowchart of a saga. Solid arrows go forward; dotted ones lead from a step to its compensation, and on to those of the steps before it. */
export function mermaidOf(outline: SagaOutline): string {
  return new Drawing(outline).text();
}

class Drawing {
  private readonly nodes: string[] = [];
  private readonly edges: string[] = [];
  private readonly marks: string[] = [];
  private readonly counts = new Map<string, number>();
  private readonly undoOf = new Map<string, string>();
  private readonly idOf = new Map<string, string>();

  constructor(private readonly outline: SagaOutline) {}

  text(): string {
    const { name, version, steps, ends } = this.outline;
    this.node('begin', `(["${label(name, `version ${version}`)}"])`);
    this.starts();
    const done = this.forward(steps, [{ id: 'begin' }]);
    this.node('completed', `(["${label('completed', ...told(ends.completed))}"])`);
    this.connect(done, 'completed');
    this.drawBack();
    const lines = [...this.nodes, ...this.edges, ...STYLES, ...this.marks].map((line) => `  ${line}`);
    return ['flowchart TD', ...lines, ''].join('\n');
  }

  private starts(): void {
    for (const { kind, message } of this.outline.starts) {
      const id = this.next('on');
      this.node(id, `[/"${label(kind, message.name)}"/]`, 'message');
      this.connect([{ id }], 'begin');
    }
  }

  /** Draws nodes one behind the other; the answer is where they are left. */
  private forward(nodes: readonly DescribedNode[], from: readonly Exit[]): readonly Exit[] {
    return nodes.reduce<readonly Exit[]>((before, node) => this.forwardNode(node, before), from);
  }

  private forwardNode(node: DescribedNode, from: readonly Exit[]): readonly Exit[] {
    if (node.kind === 'step') return [{ id: this.step(node, from) }];
    const isChoice = node.kind === 'choice';
    const id = this.next(isChoice ? 'way' : 'fork');
    this.node(id, isChoice ? `{"${label(node.name)}"}` : `[["${label(node.name, 'at once')}"]]`);
    this.connect(from, id);
    const exits = node.branches.flatMap(({ name, steps }) => this.forward(steps, [{ id, label: name }]));
    if (isChoice) return node.otherwise ? exits : [...exits, { id, label: 'else' }];
    const join = this.next('join');
    this.node(join, `[["${label(node.name, 'all of them')}"]]`);
    this.connect(exits, join);
    return [{ id: join }];
  }

  private step(step: DescribedStep, from: readonly Exit[]): string {
    const id = this.next('step');
    this.idOf.set(step.name, id);
    const lines = [...(step.pivot ? ['pivot'] : []), `<b>${escaped(step.name)}</b>`, escaped(deed(step))];
    const [open, close] = brackets(step);
    this.node(id, `${open}"${lines.join('<br/>')}"${close}`, ...(step.pivot ? ['pivot'] : []));
    this.connect(from, id);
    return id;
  }

  private drawBack(): void {
    const { steps, ends } = this.outline;
    this.undoNodes(steps);
    const first = this.backward(steps, []);
    this.node('compensated', `(["${label('compensated', ...told(ends.compensated))}"])`);
    this.turnBack(first, 'compensated');
  }

  private undoNodes(nodes: readonly DescribedNode[]): void {
    for (const step of describedSteps(nodes)) {
      const undo = undoOf(step);
      if (undo === undefined) continue;
      const id = this.next('undo');
      this.undoOf.set(step.name, id);
      this.node(id, `["${label(undo)}"]`, 'undo');
      this.edges.push(`${this.idOf.get(step.name)} -.->|"compensation"| ${id}`);
    }
  }

  /** Draws the way back through nodes, from the last to the first; `from` are the compensations behind them. The answer is the compensations that come out in front. */
  private backward(nodes: readonly DescribedNode[], from: readonly string[]): readonly string[] {
    return nodes.reduceRight<readonly string[]>((after, node) => this.backwardNode(node, after), from);
  }

  private backwardNode(node: DescribedNode, from: readonly string[]): readonly string[] {
    if (node.kind === 'step') return this.backwardStep(node, from);
    const branches = node.branches.map(({ steps }) => this.backward(steps, from));
    const passed = node.kind === 'choice' && !node.otherwise ? from : [];
    return [...new Set([...branches.flat(), ...passed])];
  }

  /** A step without a compensation only turns round. */
  private backwardStep({ name, forward }: DescribedStep, from: readonly string[]): readonly string[] {
    if (forward) return from;
    const undo = this.undoOf.get(name);
    if (undo === undefined) return [...from, `${this.idOf.get(name)}`];
    this.turnBack(from, undo);
    return [undo];
  }

  private turnBack(from: readonly string[], to: string): void {
    for (const id of from) this.edges.push(id.startsWith('step') ? `${id} -.->|"rejected"| ${to}` : `${id} -.-> ${to}`);
  }

  private node(id: string, shape: string, ...classes: readonly string[]): void {
    this.nodes.push(`${id}${shape}`);
    for (const name of classes) this.marks.push(`class ${id} ${name}`);
  }

  private connect(from: readonly Exit[], to: string): void {
    for (const { id, label: said } of from) this.edges.push(said === undefined ? `${id} --> ${to}` : `${id} -->|"${escaped(said)}"| ${to}`);
  }

  private next(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${kind}${count}`;
  }
}

/** Remote steps are boxes, local ones are round, other sagas have double sides. */
function brackets({ action, pivot }: DescribedStep): readonly [string, string] {
  if (pivot) return ['{{', '}}'];
  return ({ remote: ['[', ']'], local: ['(', ')'], saga: ['[[', ']]'] } as const)[action];
}

function deed({ action, command, saga }: DescribedStep): string {
  if (action === 'saga') return `saga ${saga ?? 'unknown'}`;
  if (command === undefined) return 'a command';
  return action === 'local' ? `${command.name}, here` : addressed(command);
}

function undoOf({ compensation, saga }: DescribedStep): string | undefined {
  if (compensation === undefined || compensation === 'none') return undefined;
  if (compensation === 'itself') return `saga ${saga ?? 'unknown'}, back`;
  return compensation.command === undefined ? 'a command' : addressed(compensation.command);
}

function addressed({ name, owner }: DescribedMessage): string {
  return owner === undefined ? name : `${name} → ${owner}`;
}

function told(end: DescribedMessage | 'unknown' | undefined): readonly string[] {
  if (end === undefined) return [];
  return [end === 'unknown' ? 'sends a command' : `sends ${addressed(end)}`];
}

function label(...lines: readonly string[]): string {
  return lines.map(escaped).join('<br/>');
}

/** Inside of quotes Mermaid knows entities with "#", and HTML. */
function escaped(text: string): string {
  return text.replace(/[#"<>&`\r\n]/g, (character) => `#${character.codePointAt(0)};`);
}
