import assert from 'node:assert/strict';
import { isRejection, type UnitOfWork } from '@minos/common';
import type { OutboxStore, ScheduleStore } from '@minos/messaging/contracts';
import {
  CANCEL_RESOURCE,
  type CancelResource,
  CONFIRM_RESOURCE,
  type ConfirmResource,
  type FreedOutcome,
  RESERVE_RESOURCE,
  type ReserveOutcome,
  type ReserveResource,
  type ResourceStore,
} from '../contracts/resource-store.js';

/** What resources are made of for `resourceStoreContract`: empty, with the messages that are kept back, and a unit of work that commits to all. */
export interface ResourceStoreUnderTest {
  readonly store: ResourceStore;
  readonly unitOfWork: UnitOfWork;
  readonly schedules: ScheduleStore;
  readonly outbox: Pick<OutboxStore, 'unsent'>;
  /** Lets leases end, and what is over grow older, as if this time had passed. */
  pass(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const HOUR = 3_600_000;

/** Asks, confirms and cancels, each in a unit of its own. */
export class ResourceScene {
  readonly store: ResourceStore;
  readonly unitOfWork: UnitOfWork;

  constructor(readonly harness: ResourceStoreUnderTest) {
    this.store = harness.store;
    this.unitOfWork = harness.unitOfWork;
  }

  /** As old as its name says: `a` is older than `b`. */
  reserving(resource: string, holder: string, given: Partial<ReserveResource> = {}): ReserveResource {
    const age = holder.length === 1 ? holder.charCodeAt(0) - 96 : 50;
    return { kind: RESERVE_RESOURCE, resource, holder, age, leaseMs: HOUR, holdsElsewhere: false, waits: true, ...given };
  }

  confirming(resource: string, holder: string, fence?: number): ConfirmResource {
    return { kind: CONFIRM_RESOURCE, resource, holder, ...(fence === undefined ? {} : { fence }) };
  }

  cancelling(resource: string, holder: string, remembered = false): CancelResource {
    return { kind: CANCEL_RESOURCE, resource, holder, remembered };
  }

  async reserve(resource: string, holder: string, given: Partial<ReserveResource> = {}, tenant = ''): Promise<ReserveOutcome> {
    const change = this.reserving(resource, holder, given);
    const { result } = await this.unitOfWork.run((unit) => unit.enlist<ReserveOutcome>(change), { tenant });
    assert.ok(result !== undefined);
    return result;
  }

  /** Resolves with how many became holders by it. */
  async confirm(resource: string, holder: string, fence?: number): Promise<number | undefined> {
    const change = this.confirming(resource, holder, fence);
    return (await this.unitOfWork.run((unit) => unit.enlist<FreedOutcome>(change))).result?.granted;
  }

  async cancel(resource: string, holder: string, remembered = false): Promise<number | undefined> {
    const change = this.cancelling(resource, holder, remembered);
    return (await this.unitOfWork.run((unit) => unit.enlist<FreedOutcome>(change))).result?.granted;
  }

  /** Confirming is refused. */
  async lost(resource: string, holder: string, fence?: number): Promise<void> {
    await assert.rejects(this.confirm(resource, holder, fence), (error: unknown) => isRejection(error, 'resource.lost'));
  }

  async holder(resource: string): Promise<string | undefined> {
    return (await this.store.holderOf('', resource))?.holder;
  }

  async lineOf(resource: string): Promise<readonly string[]> {
    return (await this.store.line('', resource)).map(({ holder }) => holder);
  }
}
