import type { Clock, UnitOfWork } from '@minos/common';
import type { InboxStore, PartitionHold } from '../contracts/inbox-store.js';
import type { ParkedCount } from '../contracts/parked-store.js';
import type { SuspectStore } from '../contracts/suspect-store.js';
import type { Admission } from './admission.js';
import type { ConsumerCounts } from './consumer-counts.js';
import type { ConsumerSettings } from './consumer.options.js';
import type { KeyLanes } from './key-lanes.js';
import type { MessageReader } from './message-reader.js';
import type { MessageRunner } from './message-runner.js';
import type { Observation } from './observation.js';
import type { ParkedDrain } from './parked-drain.js';
import type { PartitionLife } from './partition-life.js';
import type { PartitionParking } from './partition-parking.js';
import type { PositionKeeper } from './position-keeper.js';
import type { RepeatedMessages } from './repeated-messages.js';
import type { SuspectRange } from './suspect-range.js';

/** What the worker of one partition is made of. */
export interface WorkerParts {
  readonly life: PartitionLife;
  readonly settings: ConsumerSettings;
  readonly inbox: InboxStore;
  readonly suspects: SuspectStore;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly admission: Admission;
  readonly reader: MessageReader;
  readonly runner: MessageRunner;
  readonly repeated: RepeatedMessages;
  readonly lanes: KeyLanes;
  readonly positions: PositionKeeper;
  readonly parking: PartitionParking;
  readonly drain: ParkedDrain;
  readonly range: SuspectRange;
  readonly counts: ConsumerCounts;
  readonly observation: Observation;
  /** Stops and resumes the flow from the broker. */
  readonly flow: { pause(): void; resume(): void };
}

/** What a partition that was taken over brings with it. */
export interface TakenOver {
  readonly hold: PartitionHold;
  readonly next: bigint | undefined;
  /** Of the partition, when it was taken over. */
  readonly end: bigint;
  /** What a dead owner had in hand. */
  readonly inHand: bigint | undefined;
  readonly parked: readonly ParkedCount[];
}
