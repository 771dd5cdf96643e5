import type { Unit } from '@minos/common';
import { hasEnded, type SagaInstance } from '../contracts/saga-instance.js';
import { MAIL_SAGA, type MailSaga, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import type { ChildEffect } from '../turn/draft.js';
import { localDue, type SagaTurn } from '../turn/saga-turn.js';
import type { CarriedSagas } from './carried-sagas.js';
import { firstInstance } from './first-instance.js';
import type { InstanceCache } from './instance-cache.js';
import { runAsOrigin } from './origin-context.js';
import type { SagaEnginePorts } from './saga-engine.ports.js';
import { uuidOf } from './stable-id.js';
import type { StoreTime } from './store-time.js';

export interface SagaChangesParts {
  readonly sagas: CarriedSagas;
  readonly cache: InstanceCache;
  readonly time: StoreTime;
}

/** Adds to a unit what a turn has made: the instance, its journal, the commands that leave, and mail for other instances. */
export class SagaChanges {
  constructor(
    private readonly ports: SagaEnginePorts,
    private readonly parts: SagaChangesParts,
  ) {}

  /** `read`: the mail that the turn has taken in. */
  enlist(unit: Unit, turn: SagaTurn, read: readonly string[] = []): void {
    const { outbox, onDue } = this.ports;
    const { cache, time } = this.parts;
    const { draft } = turn;
    const instance = turn.result();
    this.save(unit, { instance, journal: draft.journal, read, ifAbsent: false }, draft.before);
    unit.onStored(() => (hasEnded(instance) ? cache.forget(instance.id) : cache.put(instance)));
    runAsOrigin(instance.origin, () => {
      for (const message of draft.sends) outbox.enlist(unit, message);
    });
    this.tellFamily(unit, turn, instance);
    if (localDue(instance, time.now) !== undefined) unit.onCommitted(() => onDue?.(instance.id));
  }

  /** One that begins with a unit of its own, once it is there. Where it is there already this unit is none the worse. */
  startLater(unit: Unit, instance: SagaInstance): void {
    const waiting: SagaInstance = { ...instance, revision: 1, entries: 1, wakeAt: this.parts.time.now };
    this.save(unit, { instance: waiting, journal: [{ kind: 'started' }], read: [], ifAbsent: true }, instance);
  }

  /** Whoever carries the plan of the instance takes it in. */
  mail(unit: Unit, sagaId: string, body: MailSaga['body']): void {
    const change: MailSaga = { kind: MAIL_SAGA, id: mailId(sagaId, body, this.ports.newId), sagaId, body };
    unit.enlist(change);
    unit.onCommitted(() => this.ports.onDue?.(sagaId));
  }

  private save(unit: Unit, change: Omit<SaveSaga, 'kind'>, before: SagaInstance): void {
    const save: SaveSaga = { kind: SAVE_SAGA, ...change };
    const written = unit.enlist<boolean>(save);
    unit.onCommitted(() => {
      if (written.result === true) this.ports.onChanged?.({ before, after: change.instance });
    });
    const { id, wakeAt = Infinity } = change.instance;
    if (change.ifAbsent && wakeAt <= this.parts.time.now) unit.onCommitted(() => this.ports.onDue?.(id));
    else if (wakeAt < Infinity) unit.onStored(() => this.ports.onTimer?.(wakeAt));
  }

  /** Sagas that are its steps begin, or are taken back; the one of which it is a step hears of its end. */
  private tellFamily(unit: Unit, { draft }: SagaTurn, instance: SagaInstance): void {
    for (const child of draft.children) this.startChild(unit, instance, child);
    for (const child of draft.cancels)
      this.mail(unit, child, { kind: 'operate', operation: { kind: 'cancel' }, by: `${instance.name} ${instance.id}` });
    for (const { child, request } of draft.childUndos) this.mail(unit, child, { kind: 'undo', request });
    const { parent, name: command } = instance;
    if (parent === undefined) return;
    for (const { request, outcome } of draft.parentAnswers) this.mail(unit, parent.id, { kind: 'answer', request, command, outcome });
  }

  private startChild(unit: Unit, { id: parent, origin }: SagaInstance, { request, saga: type, state }: ChildEffect): void {
    const saga = this.parts.sagas.ofType(type);
    if (saga === undefined) return;
    const start = { saga, state, id: request, parent: { id: parent, request } };
    this.startLater(unit, firstInstance(start, origin, this.parts.time.now));
  }
}

/** The same answer twice is one; one that names another command may be forged, and does not stand in the way of the true one. */
function mailId(sagaId: string, body: MailSaga['body'], newId: () => string): string {
  if (body.kind === 'look' || body.kind === 'operate') return newId();
  return uuidOf(body.kind === 'undo' ? `${sagaId} ${body.request} undo` : `${sagaId} ${body.request} ${body.command}`);
}
