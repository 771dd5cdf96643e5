import { createHash } from 'node:crypto';
import type { ChangeWriter, FunctionCall, PlacedChange, RefusedChange, WriteCall, WritePlan } from '../contracts/change-writer.js';
import type { SqlStatement } from '../contracts/executor.js';
import { plainArray, textArray } from './array-literal.js';
import { lockOrder } from './lock-order.js';
import type { PendingUnit } from './pending-unit.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

/** The one statement that commits a batch, with what was refused before asking. */
export interface BatchStatement {
  readonly statement: SqlStatement;
  readonly values: readonly unknown[];
  readonly refused: readonly RefusedChange[];
  /** In the order of {@link BatchAnswer.writes}. */
  readonly writes: readonly WriteCall[];
}

/** The one row that the statement returns: what each check and each write function said. */
export interface BatchAnswer {
  readonly checks: readonly (readonly (readonly [unit: number, ordinal: number, reason: string, detail: unknown])[] | null)[];
  readonly writes: readonly unknown[];
}

type Placed = Map<ChangeWriter, PlacedChange[]>;

/** Builds batch statements. One text per set of kinds, so the server parses each once per connection. */
export class BatchStatementBuilder {
  private readonly names = new Map<string, string>();

  constructor(private readonly writers: ChangeWriterRegistry) {}

  /** With `patienceMs` the statement fails (55P03) rather than wait longer for one lock; the limit is the transaction's, so it is for those of one statement. */
  build(batch: readonly PendingUnit[], patienceMs?: number): BatchStatement {
    const plans = [...this.place(batch)].sort(([one], [other]) => one.order - other.order).map(([writer, changes]) => writer.plan(changes));
    const refused = plans.flatMap((plan) => plan.refused ?? []);
    const text = new StatementText();
    text.add('text[]', textArray(lockOrder(batch.flatMap((unit) => unit.lockKeys))));
    text.add('int[]', plainArray([...new Set(refused.map(({ unit }) => unit))]));
    const edges = edgesOf(batch);
    text.add('int[]', plainArray(edges.earlier));
    text.add('int[]', plainArray(edges.later));
    const sql = compose(plans, text, { patienceMs, hurried: batch.every(({ mayBeUndone }) => mayBeUndone) });
    const writes = plans.flatMap(({ write }) => (write ? [write] : []));
    return { statement: { text: sql, name: this.nameOf(sql) }, values: text.values, refused, writes };
  }

  private place(batch: readonly PendingUnit[]): Placed {
    const placed: Placed = new Map();
    batch.forEach(({ request }, unit) =>
      request.changes.forEach((change, ordinal) => {
        const writer = this.writers.writerOf(change);
        const mine = placed.get(writer) ?? [];
        mine.push({ change, tenant: request.tenant, unitId: request.unitId, unit, ordinal });
        placed.set(writer, mine);
      }),
    );
    return placed;
  }

  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known) return known;
    const name = `minos_commit_${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
    this.names.set(text, name);
    return name;
  }
}

/** For the transaction of the statement. */
const HURRY = `set_config('synchronous_commit', 'off', true) as hurried`;

/** Numbers the parameters of a statement as they come. */
class StatementText {
  readonly values: unknown[] = [];

  add(type: string, value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  call(call: FunctionCall, first: string): string {
    return `${call.name}(${[first, ...call.values.map(({ type, value }) => this.add(type, value))].join(', ')})`;
  }
}

function edgesOf(batch: readonly PendingUnit[]): { earlier: number[]; later: number[] } {
  const index = new Map(batch.map((unit, at) => [unit.id, at]));
  const edges = batch.flatMap(({ request }, later) =>
    request.standsOn.flatMap((id) => {
      const earlier = index.get(id);
      return earlier === undefined ? [] : [{ earlier, later }];
    }),
  );
  return { earlier: edges.map((edge) => edge.earlier), later: edges.map((edge) => edge.later) };
}

/**
 * Each step takes a value of the one before it as an argument, which is what makes the server run them in this order: locks, checks, the verdicts per unit,
 * writes (`offset 0` keeps the planner from merging the steps). The functions are volatile, so each of their statements sees what committed before it began.
 */
function compose(
  plans: readonly WritePlan[],
  text: StatementText,
  { patienceMs, hurried }: { readonly patienceMs: number | undefined; readonly hurried: boolean },
): string {
  const checks = plans.flatMap(({ check }) => (check ? [text.call(check, 'l.locked')] : []));
  const writes = plans.flatMap(({ write }) => (write ? [text.call(write, 'v.failed')] : []));
  const patience = text.add('int', patienceMs ?? null);
  return [
    'select to_jsonb(c.checks) as checks, to_jsonb(w.writes) as writes',
    `from (select minos.lock_keys($1::text[], ${patience}) as locked${hurried ? `, ${HURRY}` : ''} offset 0) as l`,
    `cross join lateral (select l.locked, array[${checks.join(', ')}]::jsonb[] as checks offset 0) as c`,
    'cross join lateral (select minos.failed_units(c.locked, $2::int[], c.checks, $3::int[], $4::int[]) as failed offset 0) as v',
    `cross join lateral (select array_length(v.failed, 1) as refused, array[${writes.join(', ')}]::jsonb[] as writes offset 0) as w`,
  ].join('\n');
}
