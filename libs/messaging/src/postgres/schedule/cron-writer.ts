import { plainArray, textArray } from '@minos/postgres';
import type { ChangeWriter, PlacedChange, Refusal, SqlExecutor, Verdict, WritePlan } from '@minos/postgres';
import type { FireCron } from '../../contracts/cron-store.js';
import { FIRE_CRON } from '../../contracts/cron-store.js';
import { CronTickTakenError } from '../../errors/cron.errors.js';
import { FIND_CRON_RUN } from './cron.sql.js';

/** Names the lock of a cron. */
export const cronLock = (name: string): string => `cron:${name}`;

const BYTES = 200;

/** Moves crons on to their next ticks, each tick once. */
export class CronWriter implements ChangeWriter<FireCron> {
  readonly kinds = [FIRE_CRON] as const;
  readonly order = 220;

  lockKeys({ name }: FireCron): readonly string[] {
    return [cronLock(name)];
  }

  size({ definition, failure = '' }: FireCron): number {
    return BYTES + definition.length + failure.length;
  }

  plan(changes: readonly PlacedChange<FireCron>[]): WritePlan {
    const units = { type: 'int[]', value: plainArray(changes.map(({ unit }) => unit)) };
    const names = { type: 'text[]', value: textArray(changes.map(({ change }) => change.name)) };
    const ticks = { type: 'float8[]', value: plainArray(changes.map(({ change }) => change.tick)) };
    const ordinals = { type: 'int[]', value: plainArray(changes.map(({ ordinal }) => ordinal)) };
    const definitions = { type: 'text[]', value: textArray(changes.map(({ change }) => change.definition)) };
    const runs = { type: 'uuid[]', value: plainArray(changes.map(({ change }) => change.run)) };
    const nexts = { type: 'float8[]', value: plainArray(changes.map(({ change }) => change.next)) };
    const reasons = { type: 'text[]', value: changes.map(({ change }) => change.failure?.replaceAll('\0', ' ') ?? null) };
    return {
      check: { name: 'minos.check_crons', values: [units, ordinals, names, definitions, ticks] },
      write: { name: 'minos.write_crons', values: [units, names, runs, ticks, nexts, reasons] },
    };
  }

  async judge({ name, tick }: FireCron, refusal: Refusal): Promise<Verdict | undefined> {
    return 'databaseError' in refusal ? undefined : { error: new CronTickTakenError(name, tick) };
  }

  /** Where it is not ours, trying again meets the same check. */
  async find({ name, run }: FireCron, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | undefined> {
    const { rows } = await sql.query<{ ours: boolean | null }>(FIND_CRON_RUN, [name, run]);
    return rows[0]?.ours === true ? { result: undefined } : undefined;
  }
}
