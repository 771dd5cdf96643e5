import type { MessageClass, MessageMetadata, Unit } from '@minos/common';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import type { SagaInstance, SagaOrigin, StepOutcome } from '../contracts/saga-instance.js';
import type { SagaOutcome, SagaRequest } from '../contracts/saga-operation.js';
import type { SagaMail } from '../contracts/saga-store.js';
import type { ActingSaga } from '../resources/acting-saga.js';
import { type AnswerFate, type SagaAnswer, wasAsked } from '../turn/answers.js';
import type { SentAs, TurnPorts } from '../turn/draft.js';
import { type LocalDue, localDue, SagaTurn } from '../turn/saga-turn.js';
import type { CarriedSagas, KnownSaga } from './carried-sagas.js';
import { firstInstance, type StartRequest } from './first-instance.js';
import { InstanceCache } from './instance-cache.js';
import { originOf, runAsOrigin } from './origin-context.js';
import { SagaChanges } from './saga-changes.js';
import type { SagaEnginePorts } from './saga-engine.ports.js';
import { sagaMessage } from './saga-message.js';
import { isSurelySendable } from './sendable.js';
import { StoreTime } from './store-time.js';

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

const CACHED = 10_000;
const WHY: Record<Exclude<AnswerFate, 'taken'>, string> = { late: 'nobody waits for it any more', refused: 'it was never asked for' };

/** Brings instances on: each method adds to the unit that it is given, so that what it does commits with what led to it. */
export class SagaEngine {
  private readonly cache = new InstanceCache(CACHED);
  private readonly time: StoreTime;
  private readonly changes: SagaChanges;

  constructor(
    readonly sagas: CarriedSagas,
    private readonly ports: SagaEnginePorts,
  ) {
    this.time = new StoreTime(ports.clock);
    const { cache, time } = this;
    this.changes = new SagaChanges(ports, { sagas, cache, time });
  }

  /** What the store said its clock is. */
  tellTime(now: number): void {
    this.time.tell(now);
  }

  get now(): number {
    return this.time.now;
  }

  /**
   * Makes an instance. `now`: its first commands leave with this unit, which runs again where another has made it meanwhile; `later`: they leave with the next one, and where
   * it is there already this unit is none the worse. Throws `PAYLOAD_REFUSED` where its state is not JSON.
   */
  start(unit: Unit, { when, ...request }: StartRequest & { readonly when: 'now' | 'later' }): void {
    const instance = firstInstance(request, originOf(unit), this.now);
    if (when === 'later') return this.changes.startLater(unit, instance);
    const turn = this.turn(request.saga, instance);
    turn.begin();
    this.changes.enlist(unit, turn);
  }

  /** Applies the answer to a command, in the unit of its delivery. */
  async answer(unit: Unit, id: string, answer: SagaAnswer): Promise<void> {
    const cached = this.cache.get(id);
    const instance = cached ?? (await this.ports.store.load(id))?.instance;
    if (instance === undefined) return this.unapplied(unit, id, answer, 'there is no such instance');
    const saga = this.sagas.of(instance);
    // For what was never asked no mail is kept: it could be any number.
    if (saga === undefined)
      return wasAsked(instance, answer)
        ? this.changes.mail(unit, id, { kind: 'answer', ...answer })
        : this.unapplied(unit, id, answer, WHY.refused);
    unit.onFailed(() => this.cache.forget(id));
    const turn = this.turn(saga, instance);
    this.take(unit, turn, answer);
    if (turn.hasChanged) return this.changes.enlist(unit, turn);
    if (cached === undefined) return;
    // Nothing is stored, so no revision tells whether the cached one was out of date.
    this.cache.forget(id);
    await this.answer(unit, id, answer);
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
    const read = mail.map((one) => one.id);
    if (turn.hasChanged || read.length > 0) this.changes.enlist(unit, turn, read);
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
        this.changes.enlist(unit, turn);
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

  /** Told once the unit is stored, so that one that runs again tells it once. */
  private unapplied(unit: Unit, sagaId: string, answer: SagaAnswer, why: string): void {
    unit.onCommitted(() => this.ports.onUnapplied?.({ ...answer, sagaId, why }));
  }
}
