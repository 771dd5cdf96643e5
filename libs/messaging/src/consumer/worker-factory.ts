import { Admission } from './admission.js';
import type { ConsumerCounts } from './consumer-counts.js';
import type { ConsumerPorts, ConsumerSettings } from './consumer.options.js';
import { DeadlineWatch } from './deadline-watch.js';
import { KeyLanes } from './key-lanes.js';
import { MessageReader } from './message-reader.js';
import { MessageRunner } from './message-runner.js';
import { Observation } from './observation.js';
import { ParkedDrain } from './parked-drain.js';
import { PartitionLife } from './partition-life.js';
import { PartitionParking, type ParkedTotal } from './partition-parking.js';
import { PartitionWorker } from './partition-worker.js';
import { PositionKeeper } from './position-keeper.js';
import { RepeatedMessages } from './repeated-messages.js';
import { Slots } from './slots.js';
import { SuspectRange } from './suspect-range.js';
import { Turns } from './turns.js';
import type { TakenOver, WorkerParts } from './worker-parts.js';

export interface WorkerListeners {
  readonly flow: WorkerParts['flow'];
  readonly onMoved: (next: bigint) => void;
  readonly onLost: () => void;
}

/** Makes the workers of one consumer; what they share is here. */
export class WorkerFactory {
  private readonly reader: MessageReader;
  private readonly runner: MessageRunner;
  private readonly repeated: RepeatedMessages;
  private readonly places: Slots;
  private readonly observation: Observation;
  private readonly suspectTurns = new Turns();

  constructor(
    private readonly settings: ConsumerSettings,
    private readonly ports: ConsumerPorts,
    private readonly counts: ConsumerCounts,
    private readonly total: ParkedTotal,
  ) {
    const { consumer, handlers, channels, concurrency } = settings;
    const commandChannels = new Set(channels.filter(({ kind }) => kind === 'command').map(({ name }) => name));
    this.reader = new MessageReader({ consumer, handlers, commandChannels });
    this.repeated = new RepeatedMessages(consumer, ports.inbox, ports.unitOfWork);
    this.observation = new Observation(settings, this.reader);
    this.runner = new MessageRunner(
      settings,
      ports.unitOfWork,
      ports.clock,
      new DeadlineWatch(ports.clock),
      this.repeated,
      this.observation,
    );
    this.places = new Slots(concurrency.total);
  }

  make(taken: TakenOver, { flow, onMoved, onLost }: WorkerListeners): PartitionWorker {
    const { settings, ports, reader, runner, repeated, observation, total } = this;
    const { unitOfWork, suspects, clock } = ports;
    const life = new PartitionLife(taken.hold, clock, onLost);
    const admission = new Admission(life, ports.trust);
    const lanes = new KeyLanes([new Slots(settings.concurrency.perPartition), this.places]);
    // What ends the assignment without warning lets nothing behind it in its key begin.
    life.onEnd(() => void lanes.close());
    const parking = new PartitionParking(life, settings, { unitOfWork, reader, lanes, observation, total }, taken.parked);
    const drain = new ParkedDrain(life, settings, { ...ports, admission, reader, runner, parking, observation });
    const positions = new PositionKeeper(life, ports, taken.next, onMoved);
    const range = new SuspectRange(life, { suspects, turns: this.suspectTurns, mostTries: settings.suspectTries }, taken.inHand);
    return new PartitionWorker({
      ...ports,
      life,
      settings,
      admission,
      reader,
      runner,
      repeated,
      lanes,
      parking,
      drain,
      positions,
      range,
      counts: this.counts,
      observation,
      flow,
    });
  }
}
