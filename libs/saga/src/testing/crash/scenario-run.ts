import { FixedIds, VirtualClock } from '@minos/common/testing';
import type { CrashPlace, RunEnd } from './crash-report.js';
import type { CrashScenario } from './crash-scenario.js';
import { MortalProcess } from './mortal-process.js';

/** In milliseconds. */
export interface RunSettings {
  readonly restartAfter: number;
  readonly settle: number;
  readonly within: number;
  readonly isIdle: (point: string) => boolean;
}

const STEP_MS = 20;

/** One run of a scenario, with one crash at the most. */
export class ScenarioRun<S, E> {
  /** In the order in which they were passed. */
  readonly passed: CrashPlace[] = [];
  private readonly clock = new VirtualClock();
  private readonly ids = new FixedIds();
  private readonly storage: S;
  private readonly endings: (() => void)[] = [];
  private readonly counts = new Map<string, number>();
  private readonly living = new Map<string, MortalProcess>();
  private readonly starting = new Set<string>();
  /** For each point of a process what had happened when it was noted last. */
  private readonly looked = new Map<string, number>();
  private happened = 0;
  private trouble: { readonly error: unknown } | undefined;
  private crashed = false;

  constructor(
    private readonly scenario: CrashScenario<S, E>,
    private readonly settings: RunSettings,
    private readonly crashAt?: CrashPlace,
  ) {
    const onEnd = (listener: () => void): void => void this.endings.push(listener);
    this.storage = scenario.storage({ clock: this.clock, newId: () => this.ids.next(), onEnd });
  }

  get hasCrashed(): boolean {
    return this.crashed;
  }

  async toTheEnd(): Promise<RunEnd<E>> {
    try {
      return await this.run();
    } finally {
      for (const process of this.living.values()) process.kill();
      for (const ending of this.endings) ending();
    }
  }

  private async run(): Promise<RunEnd<E>> {
    const { scenario, storage, settings, clock } = this;
    const until = clock.now() + settings.within;
    for (const name of Object.keys(scenario.processes)) this.start(name, 1);
    await this.pass(() => this.starting.size === 0, until);
    await scenario.begin(storage);
    const ended = await this.pass(() => scenario.isOver(storage), until);
    await clock.advance(settings.settle);
    for (const process of this.living.values()) process.kill();
    this.demandNoTrouble();
    return { ended, endState: await scenario.endState(storage), effects: (await scenario.effects?.(storage)) ?? [] };
  }

  private async pass(condition: () => boolean | Promise<boolean>, until: number): Promise<boolean> {
    for (; !(await condition()); await this.clock.advance(STEP_MS)) {
      this.demandNoTrouble();
      if (this.clock.now() >= until) return false;
    }
    return true;
  }

  private demandNoTrouble(): void {
    if (this.trouble !== undefined) throw this.trouble.error;
  }

  private start(name: string, life: number): void {
    const process: MortalProcess = new MortalProcess({
      ...{ name, life, clock: this.clock, newId: () => this.ids.next() },
      onPoint: (point) => this.reached(name, point),
    });
    this.living.set(name, process);
    this.starting.add(name);
    process.onDeath(() => void this.restart(name, life));
    const begin = async (): Promise<void> => this.scenario.processes[name]?.(process, this.storage);
    begin().then(
      () => this.starting.delete(name),
      (error: unknown) => (this.trouble ??= { error }),
    );
  }

  private async restart(name: string, life: number): Promise<void> {
    if (!this.crashed || this.living.get(name)?.life !== life) return;
    this.starting.add(name);
    await this.clock.sleep(this.settings.restartAfter);
    this.start(name, life + 1);
  }

  /** A look that found nothing new is the same place again, unless something has happened since the last one. */
  private note(place: CrashPlace): void {
    if (!this.settings.isIdle(place.point)) this.happened += 1;
    const key = JSON.stringify([place.process, place.point]);
    if (this.settings.isIdle(place.point) && this.looked.get(key) === this.happened) return;
    this.looked.set(key, this.happened);
    this.passed.push(place);
  }

  /** Whether the process dies there. */
  private reached(process: string, point: string): boolean {
    const key = JSON.stringify([process, point]);
    const occurrence = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, occurrence);
    this.note({ process, point, occurrence });
    const { crashAt } = this;
    const dies = !this.crashed && crashAt?.process === process && crashAt.point === point && crashAt.occurrence === occurrence;
    this.crashed ||= dies;
    return dies;
  }
}
