import type { PlacedChange, RefusedChange } from '@minos/postgres';
import type { SagaInstance } from '../contracts/saga-instance.js';
import { MAIL_SAGA, type MailSaga, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';

export type SagaChange = SaveSaga | MailSaga;

/** A change with its turn among those of its instance and key in the batch. */
export interface Turn<C extends SagaChange = SagaChange> extends PlacedChange<C> {
  readonly round: number;
}

export interface SagaBatch {
  readonly saves: readonly Turn<SaveSaga>[];
  readonly mails: readonly Turn<MailSaga>[];
  /** Those that are checked against what is stored. */
  readonly checked: readonly Turn<SaveSaga>[];
  /** Those that do not stand on what the batch itself makes of their instance. */
  readonly refused: readonly RefusedChange[];
}

/** Names the business key of an instance, if it has one. */
export function businessKey({ name, key, origin }: SagaInstance): string | undefined {
  return key === undefined ? undefined : `${JSON.stringify([name, origin.tenant])}:${key}`;
}

/** Puts the changes of each instance and of each business key one behind the other. */
export function sortBatch(changes: readonly PlacedChange<SagaChange>[]): SagaBatch {
  const rounds = new Map<string, number>();
  const last = new Map<string, number>();
  const refused: RefusedChange[] = [];
  const checked: Turn<SaveSaga>[] = [];
  const turns = changes.map((placed): Turn => {
    const names = namesOf(placed.change);
    const round = Math.max(0, ...names.map((name) => rounds.get(name) ?? 0));
    for (const name of names) rounds.set(name, round + 1);
    const turn = { ...placed, round };
    if (isSave(turn)) {
      if (!follows(turn.change, names, last)) refused.push({ unit: turn.unit, ordinal: turn.ordinal, reason: 'changed' });
      else if (!names.some((name) => last.has(name)) && !turn.change.ifAbsent) checked.push(turn);
      for (const name of names) last.set(name, Math.max(turn.change.instance.revision, last.get(name) ?? 0));
    }
    return turn;
  });
  return { saves: turns.filter(isSave), mails: turns.filter(isMail), checked, refused };
}

/** Whether it may come behind what the batch has of its instance and key. Whether one with \`ifAbsent\` is written is seen when it is. */
function follows({ instance, ifAbsent }: SaveSaga, names: readonly string[], last: ReadonlyMap<string, number>): boolean {
  if (ifAbsent) return true;
  if (instance.revision === 1) return !names.some((name) => last.has(name));
  const before = last.get(instance.id);
  return before === undefined || before === instance.revision - 1;
}

function namesOf(change: SagaChange): readonly string[] {
  if (change.kind === MAIL_SAGA) return [change.sagaId];
  const { instance } = change;
  const key = instance.revision === 1 ? businessKey(instance) : undefined;
  return key === undefined ? [instance.id] : [instance.id, key];
}

function isSave(turn: Turn): turn is Turn<SaveSaga> {
  return turn.change.kind === SAVE_SAGA;
}

function isMail(turn: Turn): turn is Turn<MailSaga> {
  return turn.change.kind === MAIL_SAGA;
}
