import type { Clock } from '@minos/common';
import type { SqlExecutor } from '../contracts/executor.js';
import { StatementTimeoutError } from '../database/database.errors.js';
import type { PendingUnit } from './pending-unit.js';
import { FREE_KEYS } from './unit-of-work.sql.js';

/**
 * The units of the queue that wait because another transaction holds a key of theirs for long: one that has flushed and then takes its time, or one of a
 * process that was halted between its write and its commit. All others go on meanwhile.
 */
export class BlockedUnits {
  private readonly units = new Set<PendingUnit>();
  private readonly since = new WeakMap<PendingUnit, number>();

  constructor(
    private readonly sql: SqlExecutor,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  get size(): number {
    return this.units.size;
  }

  add(unit: PendingUnit): void {
    this.units.add(unit);
    if (!this.since.has(unit)) this.since.set(unit, this.clock.monotonic());
  }

  /** Lets those go whose keys are free now, and rejects those that have waited too long (`STATEMENT_TIMEOUT`). */
  async look(): Promise<void> {
    const units = [...this.units];
    const held = await heldOf(this.sql, units);
    for (const unit of units) if (!held.has(unit) || this.isLate(unit)) this.letGo(unit);
  }

  private isLate(unit: PendingUnit): boolean {
    if (this.clock.monotonic() - (this.since.get(unit) ?? 0) < this.timeoutMs) return false;
    unit.reject(
      new StatementTimeoutError(
        `Another transaction has held what the unit ${unit.id} changes for longer than ${this.timeoutMs} ms. Nothing of the unit was stored. ` +
          'Look for a unit of work that goes on for long after flush().',
      ),
    );
    return true;
  }

  private letGo(unit: PendingUnit): void {
    unit.blocked = false;
    this.units.delete(unit);
  }
}

/** The units of which somebody else holds a key. None where the database cannot be asked: the next try meets the reason. */
export async function heldOf(sql: SqlExecutor, units: readonly PendingUnit[]): Promise<Set<PendingUnit>> {
  const keys = [...new Set(units.flatMap((unit) => unit.lockKeys))];
  try {
    const { rows } = await sql.query<{ key: string }>(FREE_KEYS, [keys]);
    const free = new Set(rows.map(({ key }) => key));
    return new Set(units.filter((unit) => unit.lockKeys.some((key) => !free.has(key))));
  } catch {
    return new Set();
  }
}
