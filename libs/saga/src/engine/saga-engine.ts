import {
  type Clock,
  copyJson,
  DEFAULT_PAYLOAD_LIMITS,
  type MessageClass,
  type MessageMetadata,
  type MessageRegistry,
  type Unit,
  type UnitOfWork,
} from '@minos/common';
import type { Outbox } from '@minos/messaging';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import { hasEnded, type SagaInstance, type SagaOrigin, type StepOutcome } from '../contracts/saga-instance.js';
import type { SagaOutcome, SagaRequest } from '../contracts/saga-operation.js';
import { MAIL_SAGA, type MailSaga, type SagaMail, type SagaStore, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import type { ActingSaga } from '../resources/acting-saga.js';
import { type AnswerFate, type SagaAnswer, wasAsked } from '../turn/answers.js';
import type { ChildEffect, SentAs, TurnPorts } from '../turn/draft.js';
import { type LocalDue, localDue, SagaTurn } from '../turn/saga-turn.js';
import { sagaMessage } from './saga-message.js';
import type { CarriedSagas, KnownSaga } from './carried-sagas.js';
import { InstanceCache } from './instance-cache.js';
import { isSurelySendable } from './sendable.js';
import { originOf, runAsOrigin } from './origin-context.js';
import { uuidOf } from './stable-id.js';
import { StoreTime } from './store-time.js';
import type { SagaChange } from './saga-change.js';

export interface SagaEnginePorts {
  /** Durable name of the service. */
  readonly service: string;
  readonly store: SagaStore;
  readonly unitOfWork: UnitOfWork;
  readonly outbox: Pick<Outbox, 'enlist'>;
  /** Throws what the outbox would throw on this message, so that the step that makes it is parked. @default nothing is looked at before */
  readonly check?: (message: OutgoingMessage) => void;
  readonly registry: MessageRegistry;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Hears of an instance that something is due of now, once that is committed. It may not throw. */
  readonly onDue?: (id: string) => void;
  /** Hears when something of an instance will be due, once that is committed: milliseconds since the epoch on the store's clock. It may not throw. */
  readonly onTimer?: (at: number) => void;
  /** Hears of each change of an instance, once that is committed. It may not throw. */
  readonly onChanged?: (change: SagaChange) => void;
  /** Hears of answers that were not applied. */
  readonly onUnapplied?: (answer: SagaAnswer & { readonly sagaId: string; readonly why: string }) => void;
}

export interface StartRequest {
  readonly saga: KnownSaga;
  readonly state: unknown;
  /** UUID of the instance. */
  readonly id: string;
  readonly key?: string;
  readonly parent?: SagaInstance['parent'];
  /** @default what surrounds the start */
  readonly origin?: SagaOrigin;
  /** Its age, in milliseconds since the epoch. @default now */
  readonly since?: number;
  /**
   * `now`: its first commands leave with this unit, which runs again where another has made it meanwhile; `later`: they leave with the next one, and where it is there
   * already this unit is none the worse.
   */
  readonly when: 'now' | 'later';
}

const CACHED = 10_000;
const WHY: Record<Exclude<AnswerFate, 'taken'>, string> = { late: 'nobody waits for it any more', refused: 'it was never asked for' };

/** Brings instances on: each method adds to the unit that it is given, so that what it does commits with what led to it. */
export class SagaEngine {
  private readonly cache = new InstanceCache(CACHED);
  private readonly time: StoreTime;

  constructor(
    readonly sagas: CarriedSagas,
    private readonly ports: SagaEnginePorts,
  ) {
    this.time = new StoreTime(ports.clock);
  }

  /** What the store said its clock is. */
  tellTime(now: number): void {
    this.time.tell(now);
  }

  get now(): number {
    return this.time.now;
  }

  /** Makes an instance. Throws `PAYLOAD_REFUSED` where its state is not JSON. */
  start(unit: Unit, { saga, state, id, key, parent, when, since, origin = originOf(unit) }: StartRequest): void {
    const instance: SagaInstance = {
      id,
      name: saga.name,
      version: saga.version,
      hash: saga.hash,
      ...(key === undefined ? {} : { key }),
      revision: 0,
      phase: 'running',
      startedAt: this.now,
      state: copyJson(state, DEFAULT_PAYLOAD_LIMITS, { message: `the state of ${saga.name}` }),
      steps: {},
      choices: {},
      outcomes: 0,
      entries: 0,
      origin: { ...origin, since: since ?? origin.since ?? this.now },
      ...(parent === undefined ? {} : { parent }),
    };
    if (when === 'now') {
      const turn = this.turn(saga, instance);
      turn.begin();
      return this.enlist(unit, turn, []);
    }
    const waiting: SagaInstance = { ...instance, revision: 1, entries: 1, wakeAt: this.now };
    this.save(unit, { instance: waiting, journal: [{ kind: 'started' }], read: [], ifAbsent: true }, instance);
  }

  /** Applies the answer to a command, in the unit of its delivery. */
  async answer(unit: Unit, id: string, answer: SagaAnswer): Promise<void> {
    const instance = this.cache.get(id) ?? (await this.ports.store.load(id))?.instance;
    if (instance === undefined) return this.unapplied(unit, id, answer, 'there is no such instance');
    const saga = this.sagas.of(instance);
    // For what was never asked no mail is kept: it could be any number.
    if (saga === undefined)
      return wasAsked(instance, answer)
        ? this.mail(unit, id, { kind: 'answer', ...answer })
        : this.unapplied(unit, id, answer, WHY.refused);
    unit.onFailed(() => this.cache.forget(id));
    const turn = this.turn(saga, instance);
    this.take(unit, turn, answer);
    if (turn.hasChanged) this.enlist(unit, turn, []);
  }

  /** Does what is due of an instance, and takes its mail in. Resolves with a local command that is to run now. */
  async react(unit: Unit, id: string): Promise<LocalDue | undefined> {
    const loaded = await this.ports.store.load(id);
    const saga = loaded && this.sagas.of(loaded.instance);
    if (loaded === undefined || saga === undefined) return undefined;
    const { instance, mail } = loaded;
    unit.onFailed(() => this.cache.forget(id));
    const turn = this.turn(saga, instance);
    for (const one of mail) this.hear(unit, turn, one);
    turn.tick();
    if (turn.hasChanged || mail.length > 0)
      this.enlist(
        unit,
        turn,
        mail.map((one) => one.id),
      );
    return localDue(turn.result(), this.now);
  }

  /** What would come of an operation now. `undefined` where there is no such instance, or this process has not its plan. */
  async preview(id: string, request: SagaRequest): Promise<SagaOutcome | undefined> {
    const loaded = await this.ports.store.load(id);
    const saga = loaded && this.sagas.of(loaded.instance);
    if (loaded === undefined || saga === undefined) return undefined;
    const turn = this.turn(saga, loaded.instance);
    for (const one of loaded.mail) this.hear(undefined, turn, one);
    return turn.preview(request);
  }

  /** The command that is due, while it is; with what its outcome is told by. */
  async localCommand(id: string, due: LocalDue): Promise<LocalCommand | undefined> {
    const instance = (await this.ports.store.load(id))?.instance;
    const saga = instance && this.sagas.of(instance);
    if (instance === undefined || saga === undefined) return undefined;
    const current = localDue(instance, this.now);
    if (current?.request !== due.request) return undefined;
    return {
      make: () => this.turn(saga, instance).localCommand(due),
      origin: instance.origin,
      acting: this.turn(saga, instance).actingIn(due),
      tell: (unit, outcome) => {
        unit.onFailed(() => this.cache.forget(id));
        const turn = this.turn(saga, instance);
        if ('fault' in outcome) turn.fault(due.request, outcome.fault);
        else turn.answer({ request: due.request, command: turn.commandOf(due), outcome });
        this.enlist(unit, turn, []);
        return localDue(turn.result(), this.now);
      },
    };
  }

  private turn(saga: KnownSaga, instance: SagaInstance): SagaTurn {
    const { newId } = this.ports;
    const ports: TurnPorts = {
      newId,
      nameOf: (command) => this.metadataOf(command).name,
      message: (command, as) => runAsOrigin(instance.origin, () => this.message(command, as)),
    };
    return new SagaTurn(saga.plan, instance, ports, this.now);
  }

  /** One that is neither applied nor noted, because too many were before, is not told of either. */
  private hear(unit: Unit | undefined, turn: SagaTurn, { id, body }: SagaMail): void {
    if (body.kind === 'answer') this.take(unit, turn, body);
    else if (body.kind === 'operate') turn.operate(id, body);
    else if (body.kind === 'undo') turn.takeBack(body.request);
  }

  private take(unit: Unit | undefined, turn: SagaTurn, answer: SagaAnswer): void {
    const noted = turn.draft.journal.length;
    const fate = turn.answer(answer);
    if (unit !== undefined && fate !== 'taken' && turn.draft.journal.length > noted)
      this.unapplied(unit, turn.draft.before.id, answer, WHY[fate]);
  }

  private message(command: object, as: SentAs): OutgoingMessage {
    this.metadataOf(command);
    const message = sagaMessage(command, as, { ...this.ports, now: this.now });
    if (!isSurelySendable(message)) this.ports.check?.(message);
    return message;
  }

  /** What a plan sends is known, also where that could not be found out at the start. */
  private metadataOf(command: object): MessageMetadata {
    const { registry } = this.ports;
    const type = command.constructor as MessageClass;
    return (registry.has(type) ? registry : registry.register(type)).ofClass(type);
  }

  private enlist(unit: Unit, turn: SagaTurn, read: readonly string[]): void {
    const { outbox, onDue } = this.ports;
    const { draft } = turn;
    const instance = turn.result();
    this.save(unit, { instance, journal: draft.journal, read, ifAbsent: false }, draft.before);
    unit.onStored(() => (hasEnded(instance) ? this.cache.forget(instance.id) : this.cache.put(instance)));
    runAsOrigin(instance.origin, () => {
      for (const message of draft.sends) outbox.enlist(unit, message);
    });
    this.tellFamily(unit, turn, instance);
    if (localDue(instance, this.now) !== undefined) unit.onCommitted(() => onDue?.(instance.id));
  }

  private save(unit: Unit, change: Omit<SaveSaga, 'kind'>, before: SagaInstance): void {
    const save: SaveSaga = { kind: SAVE_SAGA, ...change };
    const written = unit.enlist<boolean>(save);
    unit.onCommitted(() => {
      if (written.result === true) this.ports.onChanged?.({ before, after: change.instance });
    });
    const { id, wakeAt = Infinity } = change.instance;
    if (change.ifAbsent && wakeAt <= this.now) unit.onCommitted(() => this.ports.onDue?.(id));
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
    const saga = this.sagas.ofType(type);
    if (saga !== undefined) this.start(unit, { saga, state, id: request, parent: { id: parent, request }, when: 'later', origin });
  }

  private mail(unit: Unit, sagaId: string, body: MailSaga['body']): void {
    const change: MailSaga = { kind: MAIL_SAGA, id: mailId(sagaId, body, this.ports.newId), sagaId, body };
    unit.enlist(change);
    unit.onCommitted(() => this.ports.onDue?.(sagaId));
  }

  /** Told once the unit is stored, so that one that runs again tells it once. */
  private unapplied(unit: Unit, sagaId: string, answer: SagaAnswer, why: string): void {
    unit.onCommitted(() => this.ports.onUnapplied?.({ ...answer, sagaId, why }));
  }
}

/** A local command on its way. */
export interface LocalCommand {
  /** Throws what the plan's function throws. */
  make(): object | undefined;
  readonly origin: SagaOrigin;
  /** As whom it runs. */
  readonly acting: ActingSaga;
  /** Adds its outcome to the unit in which it ran, or to another one where it threw. Returns the next one that is to run. */
  tell(unit: Unit, outcome: StepOutcome | { readonly fault: string }): LocalDue | undefined;
}

/** The same answer twice is one; one that names another command may be forged, and does not stand in the way of the true one. */
function mailId(sagaId: string, body: MailSaga['body'], newId: () => string): string {
  if (body.kind === 'look' || body.kind === 'operate') return newId();
  return uuidOf(body.kind === 'undo' ? `${sagaId} ${body.request} undo` : `${sagaId} ${body.request} ${body.command}`);
}

export { uuidOf } from './stable-id.js';
