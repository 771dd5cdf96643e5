import { type JsonObject, type Unit, type UnitOfWork, uuidv7 } from '@minos/common';
import type { JournalEntry, SagaInstance } from '../contracts/saga-instance.js';
import {
  type CarriedSaga,
  MAIL_SAGA,
  type MailSaga,
  type SagaMailBody,
  type SagaStore,
  SAVE_SAGA,
  type SaveSaga,
} from '../contracts/saga-store.js';

/** What a contract of a {@link SagaStore} is checked on: empty, with a unit of work that commits to it. */
export interface SagaStoreUnderTest {
  readonly store: SagaStore;
  readonly unitOfWork: UnitOfWork;
  /** The store's clock, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Makes everything that is stored so much older and due so much sooner, as if this time had passed. */
  pass(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

export const CHECKOUT: CarriedSaga = { name: 'checkout', version: 1, hash: 'h-1' };
export const HOUR = 3_600_000;
export const LOOK: SagaMailBody = { kind: 'look' };

/** An instance that is not stored yet, in its first revision. */
export function anInstance(over: Partial<SagaInstance> = {}): SagaInstance {
  return {
    ...{ id: uuidv7(), ...CHECKOUT, revision: 1, phase: 'running', state: { orderId: 'o "1"\\ grün' } },
    ...{ steps: {}, choices: {}, outcomes: 0, entries: 0, origin: { tenant: '' } },
    ...over,
  };
}

export function entry(kind: JournalEntry['kind'], data?: JsonObject): JournalEntry {
  return data === undefined ? { kind } : { kind, step: 'reserve', data };
}

/** The next revision of an instance. */
export function next({ wakeAt: _wakeAt, ...before }: SagaInstance, over: Partial<SagaInstance> = {}): SagaInstance {
  return { ...before, revision: before.revision + 1, ...over };
}

type SaveOptions = Partial<Pick<SaveSaga, 'journal' | 'read' | 'ifAbsent'>>;

/** The store under test, with short ways to write to it. */
export class SagaScene {
  constructor(private readonly current: () => SagaStoreUnderTest) {}

  get harness(): SagaStoreUnderTest {
    return this.current();
  }

  get store(): SagaStore {
    return this.current().store;
  }

  /** Enlists a save. `entries` of the instance are those it has with the journal. */
  enlist(unit: Unit, instance: SagaInstance, { journal = [], read = [], ifAbsent = false }: SaveOptions = {}) {
    const change: SaveSaga = { kind: SAVE_SAGA, instance, journal, read, ifAbsent };
    return unit.enlist<boolean>(change);
  }

  enlistMail(unit: Unit, sagaId: string, body: SagaMailBody = LOOK, id: string = uuidv7()) {
    const change: MailSaga = { kind: MAIL_SAGA, id, sagaId, body };
    return unit.enlist(change);
  }

  /** In a unit of its own, tried once. Resolves with whether it was written. */
  async save(instance: SagaInstance, options: SaveOptions = {}): Promise<boolean | undefined> {
    return (await this.unit((unit) => this.enlist(unit, instance, options))).result;
  }

  async mail(sagaId: string, body: SagaMailBody = LOOK, id: string = uuidv7()): Promise<string> {
    await this.unit((unit) => this.enlistMail(unit, sagaId, body, id));
    return id;
  }

  /** Tried once. */
  unit<T>(work: (unit: Unit) => T | Promise<T>): Promise<T> {
    return this.current().unitOfWork.run(async (unit) => work(unit), { attempts: 1 });
  }

  /** Instances that are stored, due at the given times. */
  async stored(...wakes: (number | undefined)[]): Promise<SagaInstance[]> {
    const all = wakes.map((wakeAt) => anInstance(wakeAt === undefined ? {} : { wakeAt }));
    await this.unit((unit) => all.forEach((instance) => this.enlist(unit, instance)));
    return all;
  }

  async mailOf(id: string): Promise<string[]> {
    return ((await this.store.load(id))?.mail ?? []).map((one) => one.id);
  }

  async due(limit = 100, leaseMs = 10_000): Promise<readonly string[]> {
    return (await this.store.claimDue([CHECKOUT], limit, leaseMs)).ids;
  }
}
