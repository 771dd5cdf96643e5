import { LEASE_FENCE, LeaseLostError, type LeaseFence } from '@minos/common';
import type { ChangeWriter, PlacedChange, Refusal, Verdict, WritePlan } from '../contracts/change-writer.js';

/** Checks fences of leases; writes nothing. Rows of the table are locked by the check itself, so fences of one lease commit together. */
export class LeaseFenceWriter implements ChangeWriter<LeaseFence> {
  readonly kinds = [LEASE_FENCE] as const;
  readonly order = 500;

  lockKeys(): readonly string[] {
    return [];
  }

  size(change: LeaseFence): number {
    return 32 + change.name.length;
  }

  plan(changes: readonly PlacedChange<LeaseFence>[]): WritePlan {
    return {
      check: {
        name: 'minos.check_leases',
        values: [
          { type: 'int[]', value: changes.map(({ unit }) => unit) },
          { type: 'int[]', value: changes.map(({ ordinal }) => ordinal) },
          { type: 'text[]', value: changes.map(({ change }) => change.tenant) },
          { type: 'text[]', value: changes.map(({ change }) => change.name) },
          { type: 'bigint[]', value: changes.map(({ change }) => change.epoch) },
        ],
      },
    };
  }

  async judge(change: LeaseFence, refusal: Refusal): Promise<Verdict | undefined> {
    if ('databaseError' in refusal) return undefined;
    const { epoch } = (refusal.detail ?? {}) as { epoch?: string | null };
    return { error: new LeaseLostError(change, typeof epoch === 'string' ? BigInt(epoch) : undefined) };
  }

  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}
