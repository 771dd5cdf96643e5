import type { Change } from '@minos/common';
import { plainArray, textArray, type ChangeWriter, type PlacedChange, type WritePlan } from '@minos/postgres';

/** A line that commits with its unit: that a message was sent, or what handling it did. */
export interface LedgerLine extends Change {
  readonly kind: typeof LEDGER_LINE;
  readonly id: string;
  readonly channel: string;
  readonly key: string;
}

const LEDGER_LINE = 'fault.ledger-line';

export const ledgerLine = (line: Omit<LedgerLine, 'kind'>): LedgerLine => ({ kind: LEDGER_LINE, ...line });

/** Nothing in it is unique: what happens twice is seen. `place` is in the order of the commits of a key. */
export const CREATE_LEDGER = [
  `create table public.ledger (
    place bigint generated always as identity, id text not null, channel text not null, key text not null,
    at timestamptz not null default clock_timestamp())`,
  `create function public.write_ledger(failed int[], units int[], ids text[], channels text[], keys text[]) returns jsonb language plpgsql as $$
  begin
    insert into public.ledger (id, channel, key)
      select l.id, l.channel, l.key from unnest(units, ids, channels, keys) with ordinality as l(unit, id, channel, key, n)
       where not l.unit = any (failed) order by l.n;
    return null;
  end $$`,
  'create table public.poison (key text primary key)',
  // What a relay has taken out of the outbox and not published yet, where it does so.
  'create table public.forgotten (pid int not null, id bigint not null)',
];

/** Writes lines with the units of the group commit. */
export class LedgerWriter implements ChangeWriter<LedgerLine> {
  readonly kinds = [LEDGER_LINE] as const;
  readonly order = 50;

  /** With `orders` the lines of a key are in the order of their commits by a lock of their own. */
  constructor(private readonly options: { readonly orders: boolean }) {}

  lockKeys({ channel, key }: LedgerLine): readonly string[] {
    return this.options.orders ? [`ledger:${channel}:${key}`] : [];
  }

  size(): number {
    return 100;
  }

  plan(changes: readonly PlacedChange<LedgerLine>[]): WritePlan {
    const column = (name: 'id' | 'channel' | 'key'): { type: string; value: unknown } => ({
      type: 'text[]',
      value: textArray(changes.map(({ change }) => change[name])),
    });
    const units = { type: 'int[]', value: plainArray(changes.map(({ unit }) => unit)) };
    return { write: { name: 'public.write_ledger', values: [units, column('id'), column('channel'), column('key')] } };
  }

  async judge(): Promise<undefined> {
    return undefined;
  }

  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}
