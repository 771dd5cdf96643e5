import { currentContext, type Duration, durationOf, type EnlistedChange, type Unit, type UnitOfWork, uuidv7 } from '@minos/common';
import { answerLater, handledCommandOf } from '@minos/messaging';
import {
  CANCEL_RESOURCE,
  type CancelResource,
  CONFIRM_RESOURCE,
  type ConfirmResource,
  type FreedOutcome,
  RESERVE_RESOURCE,
  type ReserveOutcome,
  type ReserveResource,
  type ResourceHolder,
  type ResourceStore,
  type StoredReservation,
} from '../contracts/resource-store.js';
import { ResourceHolderMissingError, ResourceRequestInvalidError, ResourceStorageMissingError } from '../errors/resource.errors.js';
import { actingSagaOf, type ActingSaga } from './acting-saga.js';
import { resourceBusy, resourceCancelled } from './resource-rejections.js';

export interface ReserveOptions {
  /** How long it is kept for one who does not come back, from the moment at which it is held. @default '10m' */
  readonly lease?: Duration;
  /** For whom. @default the saga whose command is handled */
  readonly holder?: ResourceHolder;
  /** The holder may hold something, or wait, in another service. @default what the saga's command says */
  readonly holdsElsewhere?: boolean;
  /** Whether it may wait in line; else it is busy. @default whether the answer of the handled command can come later */
  readonly wait?: boolean;
}

export interface ConfirmOptions {
  /** What {@link Resources.reserve} gave. @default whichever the holder has */
  readonly fence?: number;
  /** For whom. @default the saga whose command is handled */
  readonly holder?: string;
}

export interface CancelOptions {
  /** For whom. @default the saga whose command is handled */
  readonly holder?: string;
  /** Whether a reservation that comes later is refused, where there is nothing to cancel yet. @default true for a saga, false where a holder is named */
  readonly remember?: boolean;
}

/** What somebody has of a resource. */
export interface Reservation {
  readonly resource: string;
  readonly status: 'held' | 'waiting';
  /** Ascends with each holder of the resource: whoever is asked to do something with it refuses a fence that is lower than the last one seen. */
  readonly fence: number;
  /** In the line; 1 is the next, 0 holds it. */
  readonly place: number;
}

export interface ResourcesPorts {
  readonly store: ResourceStore;
  readonly unitOfWork: UnitOfWork;
  /** Somebody has become the holder, whose answer is due; or somebody waits now, perhaps for a lease that is over. Called once that is committed. It may not throw. */
  readonly onChange?: (what: 'granted' | 'waiting') => void;
}

const LEASE: Duration = '10m';
const LONGEST_NAME = 1_000;
/** The id of the answer of the unit's command, should it come later. */
const LATE_ANSWER = Symbol.for('@minos/saga/late-answer');

/** Keeps things for the length of sagas, without locks of the database: each is held by one at a time, and the others stand in line. */
export class Resources {
  /** Without ports everything rejects with `RESOURCE_STORAGE_MISSING`. */
  constructor(private readonly ports?: ResourcesPorts) {}

  /**
   * Asks for a resource in the open unit, which is flushed to know the answer, or in one of its own. It is held with the commit, or stands in line: then the answer of the
   * command whose handler this is leaves when it is held, and not before; it says what the handler returns now. What may only be done by who holds it is for a later command, which
   * confirms.
   *
   * Rejects with a `Rejection`: `resource.busy` where somebody else has it and this holder may not wait, `resource.cancelled` where its cancellation came first. Nothing is
   * written then, so the handler may ask for another one. Also rejects with `RESOURCE_HOLDER_MISSING` and `RESOURCE_REQUEST_INVALID`.
   */
  async reserve(resource: string, options: ReserveOptions = {}): Promise<Reservation> {
    const { unitOfWork, onChange } = this.demandPorts();
    const work = async (unit: Unit): Promise<Reservation> => {
      const change = reserveChange(unit, demandName(resource), options);
      const enlisted = unit.enlist<ReserveOutcome>(change);
      await unit.flush();
      const outcome = enlisted.result as ReserveOutcome;
      if (outcome.status === 'busy') throw resourceBusy(resource, outcome.by);
      if (outcome.status === 'cancelled') throw resourceCancelled(resource);
      if (outcome.status === 'waiting') {
        unit.onStored(() => onChange?.('waiting'));
        if (change.answer !== undefined) answerLater(unit, change.answer);
      }
      const { status, fence } = outcome;
      return { resource, status, fence, place: status === 'waiting' ? outcome.place : 0 };
    };
    return unitOfWork.run(work);
  }

  /**
   * Ends a reservation that is held, with the open unit or one of its own: the next in line has the resource then. The unit fails with the `Rejection` `resource.lost`
   * where the holder does not hold it any more; what confirming means is for the data that commit with it. Doing so again has no effect.
   */
  confirm(resource: string, { fence, holder }: ConfirmOptions = {}): Promise<void> {
    return this.end(resource, (unit): ConfirmResource => ({
      ...{ kind: CONFIRM_RESOURCE, resource: demandName(resource), holder: holder ?? demandSaga(unit, resource).holder },
      ...(fence === undefined ? {} : { fence }),
    }));
  }

  /**
   * Gives a resource back, or leaves the line, with the open unit or one of its own. Where there is nothing to give back the reservation that comes later is refused. Never
   * rejects because of what is stored, and has no effect when it is done again.
   */
  cancel(resource: string, { holder, remember = holder === undefined }: CancelOptions = {}): Promise<void> {
    return this.end(resource, (unit): CancelResource => ({
      ...{ kind: CANCEL_RESOURCE, resource: demandName(resource), remembered: remember },
      holder: holder ?? demandSaga(unit, resource).holder,
    }));
  }

  /** Who holds it, as committed. Its lease may be over: it holds the resource until somebody else takes it. */
  async holderOf(resource: string): Promise<StoredReservation | undefined> {
    const { store } = this.demandPorts();
    return store.holderOf(this.tenant(), resource);
  }

  /** Who waits for it, as committed, in order. */
  async line(resource: string): Promise<readonly StoredReservation[]> {
    const { store } = this.demandPorts();
    return store.line(this.tenant(), resource);
  }

  /** The saga whose command is handled in the open unit; `undefined` where there is none. */
  saga(): ActingSaga | undefined {
    const unit = this.ports?.unitOfWork.current();
    return unit && actingSagaOf(unit);
  }

  private async end(resource: string, make: (unit: Unit) => ConfirmResource | CancelResource): Promise<void> {
    const { unitOfWork, onChange } = this.demandPorts();
    await unitOfWork.run((unit) => {
      const freed: EnlistedChange<FreedOutcome> = unit.enlist(make(unit));
      unit.onStored(() => {
        if ((freed.result?.granted ?? 0) > 0) onChange?.('granted');
      });
    });
  }

  private demandPorts(): ResourcesPorts {
    if (this.ports === undefined) throw new ResourceStorageMissingError();
    return this.ports;
  }

  private tenant(): string {
    return this.ports?.unitOfWork.current()?.tenant ?? currentContext().tenant;
  }
}

function reserveChange(unit: Unit, resource: string, options: ReserveOptions): ReserveResource {
  const saga = options.holder === undefined ? demandSaga(unit, resource) : { ...options.holder, mayHold: false };
  const canAnswerLater = handledCommandOf(unit)?.isAnswered === true;
  const { lease = LEASE, holdsElsewhere = saga.mayHold, wait = canAnswerLater } = options;
  const leaseMs = durationOf(lease);
  if (leaseMs === undefined || leaseMs < 1)
    throw new ResourceRequestInvalidError(`The resource ${resource}`, `the lease is ${JSON.stringify(lease)}, no duration`);
  if (!Number.isSafeInteger(saga.age))
    throw new ResourceRequestInvalidError(
      `The resource ${resource}`,
      `the age of ${saga.holder} is ${saga.age}, no time in whole milliseconds`,
    );
  const { holder, age } = saga;
  return {
    ...{ kind: RESERVE_RESOURCE, resource, holder, age, leaseMs, holdsElsewhere, waits: wait },
    ...(canAnswerLater ? { answer: answerIdOf(unit) } : {}),
  };
}

function answerIdOf(unit: Unit): string {
  const known = unit.resources.get(LATE_ANSWER) as string | undefined;
  const id = known ?? uuidv7();
  unit.resources.set(LATE_ANSWER, id);
  return id;
}

function demandSaga(unit: Unit, resource: string): ActingSaga {
  const saga = actingSagaOf(unit);
  if (saga === undefined) throw new ResourceHolderMissingError(`The resource ${resource}`);
  return saga;
}

function demandName(resource: string): string {
  if (typeof resource === 'string' && resource !== '' && resource.length <= LONGEST_NAME && !resource.includes('\0')) return resource;
  throw new ResourceRequestInvalidError(
    'A resource',
    `its name is ${JSON.stringify(resource)}, no text of 1 to ${LONGEST_NAME} characters`,
  );
}
