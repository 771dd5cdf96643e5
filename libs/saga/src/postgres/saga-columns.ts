import { keyHash } from '@minos/common';
import { plainArray, textArray } from '@minos/postgres';
import { hasEnded, type JournalEntry, type SagaInstance, statusOf } from '../contracts/saga-instance.js';
import type { MailSaga, SaveSaga } from '../contracts/saga-store.js';
import type { Turn } from './saga-batch.js';

interface Argument {
  readonly type: string;
  readonly value: unknown;
}

const ints = (values: readonly number[]): Argument => ({ type: 'int[]', value: plainArray(values) });
const uuids = (values: readonly string[]): Argument => ({ type: 'uuid[]', value: plainArray(values) });
const texts = (values: readonly string[]): Argument => ({ type: 'text[]', value: textArray(values) });
const flags = (values: readonly boolean[]): Argument => ({ type: 'boolean[]', value: plainArray(values.map(String)) });
const json = (values: readonly string[]): Argument => ({ type: 'json', value: `[${values.join()}]` });
const times = (values: readonly (number | undefined)[]): Argument => ({
  type: 'float8[]',
  value: plainArray(values.map((value) => value ?? null)),
});

/** As the store finds an instance again: its text is compared after a lost commit. */
export type TextOf = (instance: SagaInstance) => string;

/** The instances of \`minos.write_sagas\`. */
export function saveColumns(saves: readonly Turn<SaveSaga>[], textOf: TextOf): Argument[] {
  const all = saves.map(({ change }) => change.instance);
  return [
    ints(saves.map(({ unit }) => unit)),
    ints(saves.map(({ round }) => round)),
    flags(all.map(({ revision }) => revision === 1)),
    flags(saves.map(({ change }) => change.ifAbsent)),
    uuids(all.map(({ id }) => id)),
    texts(all.map(({ origin }) => origin.tenant)),
    texts(all.map(({ name }) => name)),
    ints(all.map(({ version }) => version)),
    texts(all.map(({ hash }) => hash)),
    { type: 'text[]', value: all.map(({ key }) => key ?? null) },
    ints(all.map(({ id }) => keyHash(id))),
    ints(all.map(({ revision }) => revision)),
    texts(all.map((one) => statusOf(one))),
    flags(all.map((one) => hasEnded(one))),
    times(all.map(({ wakeAt }) => wakeAt)),
    json(all.map(textOf)),
  ];
}

/** Their journals; places count from 1. */
export function entryColumns(saves: readonly Turn<SaveSaga>[]): Argument[] {
  const entries = saves.flatMap(({ change }, index) => numbered(change).map(({ number, entry }) => ({ place: index + 1, number, entry })));
  return [
    ints(entries.map(({ place }) => place)),
    ints(entries.map(({ number }) => number)),
    texts(entries.map(({ entry }) => entry.kind)),
    texts(entries.map(({ entry }) => entry.step ?? '')),
    json(entries.map(({ entry }) => dataText(entry) ?? 'null')),
  ];
}

/** Mail that they have taken in. */
export function readColumns(saves: readonly Turn<SaveSaga>[]): Argument[] {
  const reads = saves.flatMap(({ change, unit, round }) => change.read.map((id) => ({ unit, round, saga: change.instance.id, id })));
  return [
    ints(reads.map(({ unit }) => unit)),
    ints(reads.map(({ round }) => round)),
    uuids(reads.map(({ saga }) => saga)),
    uuids(reads.map(({ id }) => id)),
  ];
}

export function mailColumns(mails: readonly Turn<MailSaga>[]): Argument[] {
  return [
    ints(mails.map(({ unit }) => unit)),
    ints(mails.map(({ round }) => round)),
    uuids(mails.map(({ change }) => change.sagaId)),
    uuids(mails.map(({ change }) => change.id)),
    ints(mails.map(({ change }) => keyHash(change.sagaId))),
    json(mails.map(({ change }) => JSON.stringify(change.body))),
  ];
}

/** What is checked of those that nothing of the batch stands before. */
export function checkColumns(saves: readonly Turn<SaveSaga>[]): Argument[] {
  const all = saves.map(({ change }) => change.instance);
  return [
    ints(saves.map(({ unit }) => unit)),
    ints(saves.map(({ ordinal }) => ordinal)),
    uuids(all.map(({ id }) => id)),
    ints(all.map(({ revision }) => revision - 1)),
    texts(all.map(({ origin }) => origin.tenant)),
    texts(all.map(({ name }) => name)),
    { type: 'text[]', value: all.map(({ key }) => key ?? null) },
  ];
}

/** The journal of a change as arguments of the look-up after a lost commit. */
export function foundColumns(change: SaveSaga): readonly unknown[] {
  const entries = numbered(change);
  return [
    plainArray(entries.map(({ number }) => number)),
    textArray(entries.map(({ entry }) => entry.kind)),
    entries.map(({ entry }) => entry.step ?? null),
    entries.map(({ entry }) => dataText(entry) ?? null),
  ];
}

function numbered({ instance, journal }: SaveSaga): { readonly number: number; readonly entry: JournalEntry }[] {
  const first = instance.entries - journal.length + 1;
  return journal.map((entry, index) => ({ number: first + index, entry }));
}

function dataText({ data }: JournalEntry): string | undefined {
  return data === undefined ? undefined : JSON.stringify(data);
}
