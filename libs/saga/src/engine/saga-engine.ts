import { createHash } from 'node:crypto';
import {
  type Clock,
  copyJson,
  currentContext,
  DEFAULT_PAYLOAD_LIMITS,
  type MessageRegistry,
  runInContext,
  type Unit,
  type UnitOfWork,
} from '@minos/common';
import { channelsOf, commandMessage, type Outbox } from '@minos/messaging';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import { hasEnded, type SagaInstance, type SagaOrigin, type StepOutcome } from '../contracts/saga-instance.js';
import type { SagaOutcome, SagaRequest } from '../contracts/saga-operation.js';
import { MAIL_SAGA, type MailSaga, type SagaMail, type SagaStore, SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import type { SagaAnswer } from '../turn/answers.js';
import type { ChildEffect, SentAs, TurnPorts } from '../turn/draft.js';
import { type LocalDue, localDue, SagaTurn } from '../turn/saga-turn.js';
import type { CarriedSagas, KnownSaga } from './carried-sagas.js';
import { InstanceCache } from './instance-cache.js';
import { isSurelySendable } from './sendable.js';
import { StoreTime } from './store-time.js';

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
  /**
   * `now`: its first commands leave with this unit, which runs again where another has made it meanwhile; `later`: they leave with the next one, and where it is there
   * already this unit is none the worse.
   */
  readonly when: 'now' | 'later';
}

const CACHED = 10_000;

/** Brings instances on: each method adds to the unit that it is given, so that what it does commits with what led to it. */
export class SagaEngine {
  private readonly cache = new InstanceCache(CACHED);
  private readonly turnPorts: TurnPorts;
  private readonly time: StoreTime;

  constructor(
    readonly sagas: CarriedSagas,
    private readonly ports: SagaEnginePorts,
  ) {
    const { registry, newId } = ports;
    this.time = new StoreTime(ports.clock);
    this.turnPorts = {
      newId,
      nameOf: (command) => registry.of(command).name,
      message: (command, as) => this.message(command, as),
    };
  }

  /** What the store said its clock is. */
  tellTime(now: number): void {
    this.time.tell(now);
  }

  get now(): number {
    return this.time.now;
  }

  /** Makes an instance. Throws `PAYLOAD_REFUSED` where its state is not JSON. */
  start(unit: Unit, { saga, state, id, key, parent, when }: StartRequest): void {
    const instance: SagaInstance = {
      id,
      name: saga.name,
      version: saga.version,
      hash: saga.hash,
      ...(key === undefined ? {} : { key }),
      revision: 0,
      phase: 'running',
      state: copyJson(state, DEFAULT_PAYLOAD_LIMITS, { message: `the state of ${saga.name}` }),
      steps: {},
      choices: {},
      outcomes: 0,
      entries: 0,
      origin: originOf(unit),
      ...(parent === undefined ? {} : { parent }),
    };
    if (when === 'now') {
      const turn = this.turn(saga, instance);
      turn.begin();
      return this.enlist(unit, turn, []);
    }
    const waiting: SagaInstance = { ...instance, revision: 1, entries: 1, wakeAt: this.now };
    this.save(unit, { instance: waiting, journal: [{ kind: 'started' }], read: [], ifAbsent: true });
  }

  /** Applies the answer to a command, in the unit of its delivery. */
  async answer(unit: Unit, id: string, answer: SagaAnswer): Promise<void> {
    const instance = this.cache.get(id) ?? (await this.ports.store.load(id))?.instance;
    if (instance === undefined) return this.unapplied(id, answer, 'there is no such instance');
    const saga = this.sagas.of(instance);
    if (saga === undefined) return this.mail(unit, id, { kind: 'answer', ...answer });
    unit.onFailed(() => this.cache.forget(id));
    const turn = this.turn(saga, instance);
    const fate = turn.answer(answer);
    if (fate !== 'taken') this.unapplied(id, answer, fate === 'late' ? 'nobody waits for it any more' : 'it was never asked for');
    this.enlist(unit, turn, []);
  }

  /** Does what is due of an instance, and takes its mail in. Resolves with a local command that is to run now. */
  async react(unit: Unit, id: string): Promise<LocalDue | undefined> {
    const loaded = await this.ports.store.load(id);
    const saga = loaded && this.sagas.of(loaded.instance);
    if (loaded === undefined || saga === undefined) return undefined;
    const { instance, mail } = loaded;
    unit.onFailed(() => this.cache.forget(id));
    const turn = this.turn(saga, instance);
    for (const one of mail) hear(turn, one);
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
    for (const one of loaded.mail) hear(turn, one);
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
    return new SagaTurn(saga.plan, instance, this.turnPorts, this.now);
  }

  private message(command: object, { sagaId, request, key, again = false, answered = true }: SentAs) {
    const { service, registry } = this.ports;
    const place = { channel: channelsOf(service).sagas, key: sagaId, again };
    const ownKey = registry.of(command).key === undefined ? sagaId : undefined;
    const chosen = key ?? ownKey;
    const message = commandMessage(command, service, registry, {
      id: request,
      answer: answered && place,
      ...(chosen === undefined ? {} : { key: chosen }),
    });
    if (!isSurelySendable(message)) this.ports.check?.(message);
    return message;
  }

  private enlist(unit: Unit, turn: SagaTurn, read: readonly string[]): void {
    const { outbox, onDue } = this.ports;
    const { draft } = turn;
    const instance = turn.result();
    this.save(unit, { instance, journal: draft.journal, read, ifAbsent: false });
    unit.onStored(() => (hasEnded(instance) ? this.cache.forget(instance.id) : this.cache.put(instance)));
    runInContext(instance.origin, () => {
      for (const message of draft.sends) outbox.enlist(unit, message);
      for (const child of draft.children) this.startChild(unit, instance, child);
    });
    for (const child of draft.cancels)
      this.mail(unit, child, { kind: 'operate', operation: { kind: 'cancel' }, by: `${instance.name} ${instance.id}` });
    if (hasEnded(instance)) this.tellParent(unit, instance);
    if (localDue(instance, this.now) !== undefined) unit.onCommitted(() => onDue?.(instance.id));
  }

  private save(unit: Unit, change: Omit<SaveSaga, 'kind'>): void {
    const save: SaveSaga = { kind: SAVE_SAGA, ...change };
    unit.enlist<boolean>(save);
    const { id, wakeAt = Infinity } = change.instance;
    if (change.ifAbsent && wakeAt <= this.now) unit.onCommitted(() => this.ports.onDue?.(id));
  }

  private startChild(unit: Unit, parent: SagaInstance, { request, saga: type, state }: ChildEffect): void {
    const saga = this.sagas.ofType(type);
    if (saga !== undefined) this.start(unit, { saga, state, id: request, parent: { id: parent.id, request }, when: 'later' });
  }

  private tellParent(unit: Unit, { parent, name, phase, state }: SagaInstance): void {
    if (parent === undefined) return;
    const outcome: StepOutcome =
      phase === 'completed'
        ? { result: state }
        : { rejection: { code: 'saga.compensated', message: `The saga ${name} was compensated`, details: { state } } };
    this.mail(unit, parent.id, { kind: 'answer', request: parent.request, command: name, outcome });
  }

  private mail(unit: Unit, sagaId: string, body: MailSaga['body']): void {
    const id = uuidOf(`${sagaId} ${body.kind === 'answer' ? body.request : this.ports.newId()}`);
    const change: MailSaga = { kind: MAIL_SAGA, id, sagaId, body };
    unit.enlist(change);
    unit.onCommitted(() => this.ports.onDue?.(sagaId));
  }

  private unapplied(sagaId: string, answer: SagaAnswer, why: string): void {
    this.ports.onUnapplied?.({ ...answer, sagaId, why });
  }
}

function hear(turn: SagaTurn, { id, body }: SagaMail): void {
  if (body.kind === 'answer') turn.answer(body);
  else if (body.kind === 'operate') turn.operate(id, body);
}

/** A local command on its way. */
export interface LocalCommand {
  /** Throws what the plan's function throws. */
  make(): object | undefined;
  readonly origin: SagaOrigin;
  /** Adds its outcome to the unit in which it ran, or to another one where it threw. Returns the next one that is to run. */
  tell(unit: Unit, outcome: StepOutcome | { readonly fault: string }): LocalDue | undefined;
}

function originOf({ tenant }: Unit): SagaOrigin {
  const { correlationId, causationId, traceparent, principal } = currentContext();
  return {
    tenant,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(principal === undefined ? {} : { principal }),
  };
}

const VERSION = 0x80;
const VARIANT = 0x80;

/** The same UUID (version 8) for the same text, so that what is told twice is one. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | VERSION;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | VARIANT;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
