import type { UnitOfWork } from '@minos/common';
import {
  CANCEL_RESOURCE,
  CONFIRM_RESOURCE,
  RESERVE_RESOURCE,
  type ReserveOutcome,
  type ResourceStore,
} from '../contracts/resource-store.js';

/** Somebody who wants several things, one after the other, holding on to what it has. */
export interface Contender {
  readonly holder: string;
  readonly age: number;
  /** Places: `<tenant>/<resource>`; each tenant stands for a store of its own. */
  readonly wants: readonly string[];
}

/** Who holds what, as the contenders see it, for all who play at one time. */
export class ContentionRecord {
  readonly lastFences = new Map<string, number>();
  readonly holders = new Map<string, string>();
}

export interface ContentionOptions {
  /** @default one of its own */
  readonly record?: ContentionRecord;
  /** Controls: `own` hides from a store what the contender has in it, `elsewhere` what it has in the others. @default nothing */
  readonly hidden?: 'own' | 'elsewhere';
}

interface Stage extends Contender {
  readonly has: readonly string[];
  readonly waitsFor: string | undefined;
  readonly isDone: boolean;
}

/**
 * Plays contenders against stores, one move at a time in any order, and looks after each move whether somebody waits in a circle, and whether fences ascend. Who is told `busy` gives
 * back all that it has, and begins again with the same age.
 */
export class ResourceContention {
  private readonly stages: Stage[];
  private readonly record: ContentionRecord;
  /** How often somebody had to give back what it had. */
  retreats = 0;

  constructor(
    private readonly store: ResourceStore,
    private readonly unitOfWork: UnitOfWork,
    contenders: readonly Contender[],
    private readonly options: ContentionOptions = {},
  ) {
    this.record = options.record ?? new ContentionRecord();
    this.stages = contenders.map((one) => ({ ...one, has: [], waitsFor: undefined, isDone: false }));
  }

  /** Plays these moves, each by the contender with this number, and then all in turn until everybody is done. Throws where somebody waits for ever. */
  async play(moves: readonly number[]): Promise<void> {
    for (const move of moves) await this.move(move % this.stages.length);
    const rounds = 20 * this.stages.length * Math.max(...this.stages.map(({ wants }) => wants.length));
    for (let round = 0; round < rounds && this.stages.some(({ isDone }) => !isDone); round++)
      for (const index of this.stages.keys()) await this.move(index);
    const left = this.stages.filter(({ isDone }) => !isDone);
    if (left.length > 0) throw new Error(`These never came to their end: ${left.map(({ holder }) => holder).join(', ')}`);
  }

  private async move(index: number): Promise<void> {
    const stage = this.stages[index];
    if (stage === undefined || stage.isDone) return;
    this.stages[index] = await this.next(stage);
    await this.demandNoCircle();
  }

  private async next(stage: Stage): Promise<Stage> {
    const { waitsFor, has, wants } = stage;
    if (waitsFor !== undefined) return this.lookFor(stage, waitsFor);
    const place = wants.find((one) => !has.includes(one));
    if (place === undefined) return this.finish(stage);
    const outcome = await this.reserve(stage, place);
    if (outcome.status === 'waiting') return { ...stage, waitsFor: place };
    if (outcome.status === 'held') return this.got(stage, place, outcome.fence);
    return this.retreat(stage);
  }

  private async lookFor(stage: Stage, place: string): Promise<Stage> {
    const found = await this.store.holderOf(...split(place));
    return found?.holder === this.nameOf(stage, place) ? this.got({ ...stage, waitsFor: undefined }, place, found.fence) : stage;
  }

  private got(stage: Stage, place: string, fence: number): Stage {
    const before = this.record.holders.get(place);
    if (before !== undefined) throw new Error(`${stage.holder} and ${before} hold ${place} at once`);
    if (fence <= (this.record.lastFences.get(place) ?? 0)) throw new Error(`the fence ${fence} of ${place} does not ascend`);
    this.record.holders.set(place, stage.holder);
    this.record.lastFences.set(place, fence);
    return { ...stage, has: [...stage.has, place] };
  }

  private async reserve(stage: Stage, place: string): Promise<ReserveOutcome> {
    const [tenant, resource] = split(place);
    const { hidden } = this.options;
    const holdsElsewhere = hidden !== 'elsewhere' && stage.has.some((one) => split(one)[0] !== tenant);
    const change = {
      ...{ kind: RESERVE_RESOURCE, resource, holder: this.nameOf(stage, place), age: stage.age, leaseMs: 3_600_000 },
      ...{ holdsElsewhere, waits: true },
    };
    const enlisted = await this.unitOfWork.run((unit) => unit.enlist<ReserveOutcome>(change), { tenant });
    if (enlisted.result === undefined) throw new Error('no outcome');
    return enlisted.result;
  }

  private async retreat(stage: Stage): Promise<Stage> {
    this.retreats += 1;
    await this.giveBack(stage, CANCEL_RESOURCE);
    return { ...stage, has: [] };
  }

  private async finish(stage: Stage): Promise<Stage> {
    await this.giveBack(stage, CONFIRM_RESOURCE);
    return { ...stage, has: [], isDone: true };
  }

  private async giveBack(stage: Stage, kind: typeof CANCEL_RESOURCE | typeof CONFIRM_RESOURCE): Promise<void> {
    for (const place of stage.has) {
      const [tenant, resource] = split(place);
      this.record.holders.delete(place);
      const change = { kind, resource, holder: this.nameOf(stage, place), remembered: false };
      await this.unitOfWork.run((unit) => void unit.enlist(change), { tenant });
    }
  }

  /** Under a name of its own for each place nobody is seen to have anything else. */
  private nameOf({ holder }: Contender, place: string): string {
    return this.options.hidden === 'own' ? `${holder}@${place}` : holder;
  }

  private async demandNoCircle(): Promise<void> {
    const waitsFor = new Map<string, readonly string[]>();
    for (const { holder, age, wants, waitsFor: place } of this.stages) {
      if (place === undefined) continue;
      const line = await this.store.line(...split(place));
      const mine = line.findIndex((one) => one.holder === this.nameOf({ holder, age, wants }, place));
      const current = await this.store.holderOf(...split(place));
      const ahead = mine < 0 ? [] : [...(current === undefined ? [] : [current]), ...line.slice(0, mine)];
      // It may have been granted between the two reads.
      const names = ahead.map((one) => one.holder.replace(/@.*/, '')).filter((name) => name !== holder);
      waitsFor.set(holder, names);
    }
    for (const holder of waitsFor.keys()) if (reaches(waitsFor, holder, holder)) throw new Error(`${holder} waits for itself`);
  }
}

function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(edges.get(from) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === to) return true;
    if (seen.has(one)) continue;
    seen.add(one);
    open.push(...(edges.get(one) ?? []));
  }
  return false;
}

function split(place: string): [tenant: string, resource: string] {
  const [tenant = '', resource = ''] = place.split('/');
  return [tenant, resource];
}
