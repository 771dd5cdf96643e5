import type { VirtualClock } from '@minos/common/testing';
import type { MortalProcess } from './mortal-process.js';

/** A system of processes over storage that survives them, with something to do. */
export interface CrashScenario<S, E = unknown> {
  readonly name: string;
  /** Makes what survives crashes, anew for each run. */
  storage(ground: ScenarioGround): S;
  /** How each process starts, by its name; again after it has died. It may reach what survives through the process alone. */
  readonly processes: Readonly<Record<string, (process: MortalProcess, storage: S) => void | Promise<void>>>;
  /** Begins the run from outside, once all processes have started. */
  begin(storage: S): void | Promise<void>;
  /** Whether there is nothing left to do; asked often. */
  isOver(storage: S): boolean | Promise<boolean>;
  /** What is to be the same whoever dies when. */
  endState(storage: S): E | Promise<E>;
  /** What has happened, each thing as often as it has. @default nothing is looked at but the end state */
  effects?(storage: S): readonly string[] | Promise<readonly string[]>;
}

/** What the parts of a run have in common. */
export interface ScenarioGround {
  readonly clock: VirtualClock;
  /** UUIDs, the same ones in each run. */
  readonly newId: () => string;
  /** Hears that the run is over, and all of it can go. */
  readonly onEnd: (listener: () => void) => void;
}
