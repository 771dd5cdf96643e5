import type { AppliedChange } from '@minos/common';
import type { ResourceHolder } from '../contracts/resource-store.js';

/** Messages that are kept back; of both, the result says whether there was such a one. */
export interface KeptMessages {
  /** Makes it due. */
  hasten(messageId: string): AppliedChange;
  take(messageId: string): AppliedChange;
}

export interface Row extends ResourceHolder {
  readonly tenant: string;
  readonly resource: string;
  readonly fence: number;
  readonly leaseMs: number;
  /** Missing where it waits. */
  readonly until?: number;
  readonly answers: readonly string[];
}

export interface Ended {
  readonly tenant: string;
  readonly resource: string;
  readonly holder: string;
  readonly fence: number;
  readonly outcome: 'confirmed' | 'cancelled';
  readonly at: number;
}

type Named = Pick<Row, 'tenant' | 'resource' | 'holder'>;

/** Rows that are never changed but replaced, with the way back. */
export class ResourceTables {
  /** In the order of their fences. */
  private rows: readonly Row[] = [];
  private over: ReadonlyMap<string, Ended> = new Map();
  private lastFence = 0;
  private done: AppliedChange[] = [];

  constructor(private readonly kept: KeptMessages) {}

  get all(): Row[] {
    return [...this.rows];
  }

  get allEnded(): readonly Ended[] {
    return [...this.over.values()];
  }

  undoable(work: () => unknown): AppliedChange {
    const { rows, over } = this;
    this.done = [];
    const back = (done: readonly AppliedChange[]): void => {
      [this.rows, this.over] = [rows, over];
      for (const one of done.toReversed()) one.undo();
    };
    try {
      const result = work();
      const { done } = this;
      return { result, undo: () => back(done) };
    } catch (error) {
      back(this.done);
      throw error;
    }
  }

  nextFence(): number {
    return (this.lastFence += 1);
  }

  of(tenant: string, resource: string, holder: string): Row | undefined {
    return this.rows.find((row) => isSame(row, { tenant, resource, holder }));
  }

  holder(tenant: string, resource: string): Row | undefined {
    return this.rows.find((row) => row.tenant === tenant && row.resource === resource && row.until !== undefined);
  }

  line(tenant: string, resource: string): readonly Row[] {
    return this.waiting().filter((row) => row.tenant === tenant && row.resource === resource);
  }

  waiting(): readonly Row[] {
    return this.rows.filter(({ until }) => until === undefined);
  }

  put(row: Row): void {
    this.rows = [...this.rows.filter((one) => !isSame(one, row)), row].sort((one, other) => one.fence - other.fence);
  }

  remove(row: Row): void {
    this.rows = this.rows.filter((one) => !isSame(one, row));
  }

  ended(tenant: string, resource: string, holder: string): Ended | undefined {
    return this.over.get(nameOf({ tenant, resource, holder }));
  }

  end(ended: Ended): void {
    this.over = new Map([...this.over, [nameOf(ended), ended]]);
  }

  forget(ended: Ended): void {
    this.over = new Map([...this.over].filter(([name]) => name !== nameOf(ended)));
  }

  /** The answers that waited for this row alone are due. */
  letGo(row: Row): void {
    for (const answer of this.unneeded(row)) this.done.push(this.kept.hasten(answer));
  }

  forgetAnswers(row: Row): void {
    for (const answer of this.unneeded(row)) this.done.push(this.kept.take(answer));
  }

  private unneeded({ answers }: Row): readonly string[] {
    return answers.filter((answer) => !this.waiting().some((row) => row.answers.includes(answer)));
  }
}

function isSame(one: Named, other: Named): boolean {
  return one.resource === other.resource && one.holder === other.holder && one.tenant === other.tenant;
}

function nameOf({ tenant, resource, holder }: Named): string {
  return JSON.stringify([tenant, resource, holder]);
}
