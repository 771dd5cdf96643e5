import { isMinosError, type EnlistedChange, type Unit, type UnitOfWork } from '@minos/common';
import { INBOX_MARK, type InboxMark } from '../contracts/inbox-store.js';
import {
  EDIT_PARKED,
  END_PARKED_ACTION,
  PARK_AGAIN,
  UNPARK_MESSAGE,
  type EditParked,
  type EndParkedAction,
  type ParkAgain,
  type ParkedAction,
  type ParkedMessage,
  type ParkedOutcome,
  type ParkedPlace,
  type ParkedStore,
  type Unparked,
  type UnparkMessage,
} from '../contracts/parked-store.js';
import type { SuspectStore } from '../contracts/suspect-store.js';
import { ProcessKillerError } from './consumer.errors.js';
import type { Admission } from './admission.js';
import type { ConsumerSettings } from './consumer.options.js';
import { placeMark, type MessageReader } from './message-reader.js';
import type { MessageRunner } from './message-runner.js';
import type { Observation } from './observation.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';
import { causeOf, type PartitionParking } from './partition-parking.js';
import { isQuarantined } from './quarantine.js';
import type { RunOutcome } from './run-outcome.js';

export interface DrainPorts {
  readonly parked: ParkedStore;
  readonly suspects: SuspectStore;
  readonly unitOfWork: UnitOfWork;
  readonly admission: Admission;
  readonly reader: MessageReader;
  readonly runner: MessageRunner;
  readonly parking: PartitionParking;
  readonly observation: Observation;
}

/**
 * Does with the parked keys of one partition what operators ask. Every step is a job in the lane of its key, so it meets no arrival of the key half-way; a drain
 * takes one message out per step, and what arrives meanwhile is parked behind.
 */
export class ParkedDrain {
  private readonly draining = new Set<string>();
  private readonly begun = new Set<bigint>();

  constructor(
    private readonly life: PartitionLife,
    private readonly settings: ConsumerSettings,
    private readonly ports: DrainPorts,
  ) {}

  /** Begins an action. Does nothing with one that has begun. */
  begin(action: ParkedAction): void {
    if (this.begun.has(action.id)) return;
    this.begun.add(action.id);
    this.submit(action.key, async () => {
      if (action.action === 'retry') await this.retry(action);
      else await this.amend(action).finally(() => this.begun.delete(action.id));
    });
  }

  /** Begins to drain a key whose time has come. */
  drain(key: string): void {
    if (this.draining.has(key)) return;
    this.draining.add(key);
    this.submit(key, () => this.step(key));
  }

  private submit(key: string, job: () => Promise<void>): void {
    this.ports.parking.submit(key, async () => {
      try {
        await job();
      } catch (error) {
        this.draining.delete(key);
        if (!(error instanceof PartitionEnded)) this.life.trouble = error;
      }
    });
  }

  private async retry(action: ParkedAction): Promise<void> {
    this.begun.delete(action.id);
    if (this.draining.has(action.key) || (await this.hasEnded(action))) return;
    const first = await this.life.insist(() => this.ports.parked.first(action));
    if (first === undefined) return this.end(action, 'gone');
    this.drain(action.key);
  }

  /** A look that was under way while the action ended hands it over once more. */
  private async hasEnded({ id }: ParkedAction): Promise<boolean> {
    const [now] = await this.life.insist(() => this.ports.parked.actions({ ids: [id] }, { limit: 1 }));
    return now?.ended !== undefined;
  }

  /** Takes the first message of the key out, and goes on behind what has arrived meanwhile. */
  private async step(key: string): Promise<void> {
    const { consumer, channel } = this.life.hold;
    const first = await this.life.insist(() => this.ports.parked.first({ consumer, channel, key }));
    const left = first === undefined ? this.ports.parking.forget(key) : await this.takeOut(first);
    if (left) this.submit(key, () => this.step(key));
    else this.draining.delete(key);
  }

  /** Whether another message is to be drained. */
  private async takeOut(first: ParkedMessage): Promise<boolean> {
    const { admission, reader, runner, suspects } = this.ports;
    const { stored, ...admitted } = await admission.readmit(first.stored);
    if ('refused' in admitted) return this.failed(first, admitted.refused, first.attempts + 1);
    const { principal } = admitted;
    if (reader.isForeign(stored)) return this.remove(first);
    const tries = await this.life.insist(() => suspects.countTry(this.life.hold, stored.offset));
    try {
      if (tries > this.settings.suspectTries) return await this.failed(first, new ProcessKillerError(tries - 1), first.attempts);
      const read = reader.read(stored);
      if (read.kind === 'unreadable') return await this.failed(first, read.error, first.attempts + 1);
      let unparked: EnlistedChange<Unparked> | undefined;
      const also = (unit: Unit): void => void (unparked = unit.enlist<Unparked>(unpark(first)));
      const outcome = await runner.run(this.life, { read, stored, principal, attempts: first.attempts, also });
      this.ports.observation.ran(outcome, stored, read.envelope);
      return await this.conclude(first, outcome, () => unparked?.result);
    } finally {
      await suspects.forgive(this.life.hold, stored.offset).catch(() => undefined);
    }
  }

  private async conclude(first: ParkedMessage, outcome: RunOutcome, unparked: () => Unparked | undefined): Promise<boolean> {
    switch (outcome.kind) {
      case 'duplicate':
        return this.remove(first);
      case 'failed':
        // Somebody took it out by hand: the next look at the key shows what is there.
        if (isMinosError(outcome.error, 'PARKED_MESSAGE_GONE')) return true;
        return this.failed(first, outcome.error, outcome.attempts);
      default:
        return this.tookOut(first, unparked()?.left ?? false);
    }
  }

  private tookOut({ key }: ParkedPlace, left: boolean): boolean {
    this.ports.parking.tookOut(key, left);
    return left;
  }

  /** Takes a message out that needs no handling; it counts as handled. */
  private async remove(message: ParkedMessage, action?: ParkedAction): Promise<boolean> {
    const { consumer } = this.settings;
    const { tenant } = message;
    const { mark: own, source } = this.ports.reader.identify(message.stored);
    // What a refused message says of itself counts for nothing.
    const messageId = isQuarantined(message.stored) ? placeMark(message.stored) : own;
    const mark: InboxMark = { kind: INBOX_MARK, consumer, messageId, source };
    const removing = async (marked: boolean): Promise<boolean> => {
      const unparked = await this.ports.unitOfWork.run(
        (unit) => {
          if (!marked) unit.enlist(mark);
          unit.enlist(this.life.fence);
          const taken = unit.enlist<Unparked>(unpark(message, action?.id));
          if (action) this.enlistEnd(unit, action, 'done');
          return taken;
        },
        { mode: 'new', tenant },
      );
      return this.tookOut(message, unparked.result?.left ?? false);
    };
    try {
      return await this.life.insist(() => removing(false), 'MESSAGE_ALREADY_HANDLED', 'PARKED_MESSAGE_GONE');
    } catch (error) {
      if (!isMinosError(error, 'MESSAGE_ALREADY_HANDLED')) return isGone(error);
      return this.life.insist(() => removing(true), 'PARKED_MESSAGE_GONE').catch(isGone);
    }
  }

  private async failed(first: ParkedMessage, error: unknown, attempts: number): Promise<boolean> {
    const { codeVersion = '' } = this.settings;
    const change: ParkAgain = {
      kind: PARK_AGAIN,
      ...placeOf(first),
      cause: causeOf(error),
      attempts,
      codeVersion,
      ...this.ports.parking.retryOf(error),
    };
    await this.commit((unit) => unit.enlist(change));
    return false;
  }

  private async amend(action: ParkedAction): Promise<void> {
    const { place } = action;
    const message =
      place === undefined ? undefined : await this.life.insist(() => this.ports.parked.message({ ...placeOf(action), place }));
    if (message === undefined) return this.end(action, 'gone');
    if (action.action === 'discard') {
      await this.remove(message, action);
      return;
    }
    const { id, headers, body } = action;
    const edit: EditParked = {
      kind: EDIT_PARKED,
      ...placeOf(message),
      action: id,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    };
    await this.commit((unit) => {
      unit.enlist(edit);
      this.enlistEnd(unit, action, 'done');
    });
  }

  private end(action: ParkedAction, outcome: ParkedOutcome): Promise<void> {
    return this.commit((unit) => this.enlistEnd(unit, action, outcome));
  }

  private enlistEnd(unit: Unit, { consumer, channel, key, id }: ParkedAction, outcome: ParkedOutcome): void {
    const end: EndParkedAction = { kind: END_PARKED_ACTION, consumer, channel, key, actions: [id], outcome };
    unit.enlist(end);
  }

  private async commit(enlist: (unit: Unit) => void): Promise<void> {
    const work = (unit: Unit): void => {
      unit.enlist(this.life.fence);
      enlist(unit);
    };
    await this.life.insist(() => this.ports.unitOfWork.run(work, { mode: 'new', tenant: '' }), 'PARKED_MESSAGE_GONE');
  }
}

function placeOf<P extends Partial<ParkedPlace> & Pick<ParkedPlace, 'consumer' | 'channel' | 'key'>>({
  consumer,
  channel,
  key,
  place,
}: P): ParkedPlace {
  return { consumer, channel, key, place: place ?? 0n };
}

function unpark(message: ParkedMessage, action?: bigint): UnparkMessage {
  return { kind: UNPARK_MESSAGE, ...placeOf(message), ...(action === undefined ? {} : { action }) };
}

/** It was taken out before, by a commit whose answer was lost or by hand: the next look at the key shows what is there. */
function isGone(error: unknown): true {
  if (isMinosError(error, 'PARKED_MESSAGE_GONE')) return true;
  throw error;
}
