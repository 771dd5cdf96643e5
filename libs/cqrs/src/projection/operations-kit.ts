import { until } from '@minos/common/testing';
import type { Type } from '@nestjs/common';
import { ParcelSent, Post, ParcelRow, TownRow } from './projection-kit.js';
import type { ProjectionContext } from './projection-context.js';
import { Projection, When } from './projection.decorator.js';
import type { ProjectionStatus } from './projection-status.js';
import { Projections } from './projections.js';

/** Counts with a factor, and can be stopped before an event: what a rebuild is for, and what can go wrong in it. */
@Projection('counting', { version: 1, views: [ParcelRow, TownRow], batchSize: 10, retry: { attempts: 2, first: '1ms' } })
export class Counting {
  /** What a parcel counts: a release that counts wrongly has another one. */
  factor = 1;
  /** The address at which a rebuild throws. */
  refused: string | undefined;
  /** Holds a rebuild before its next event while it is set. */
  gate: Promise<void> | undefined;
  rebuilt = 0;

  @When(ParcelSent)
  async sent({ to, weight }: ParcelSent, { recorded, view, rebuilding }: ProjectionContext): Promise<void> {
    if (rebuilding) {
      await this.gate;
      this.rebuilt += 1;
      if (to === this.refused) throw new Error(`nobody lives in ${to}`);
    }
    view(ParcelRow).upsert({ id: recorded.stream.slice('parcel-'.length), to, weight });
    const towns = view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + this.factor });
  }
}

/** The same, but events that fail are passed. */
// #region skip
@Projection('lenient', { version: 1, views: [ParcelRow, TownRow], retry: { attempts: 2, first: '1ms' }, onFailure: 'skip' })
export class Lenient {
  @When(ParcelSent)
  sent({ to, weight }: ParcelSent, { recorded, view }: ProjectionContext): void {
    if (to === 'Nowhere') throw Object.assign(new Error('nobody lives there'), { code: 'TOWN_UNKNOWN' });
    view(ParcelRow).upsert({ id: recorded.stream.slice('parcel-'.length), to, weight });
  }
}
// #endregion

/** What is used of an application. */
export interface Application {
  get<T>(token: Type<T>): T;
}

export interface Gate {
  readonly closed: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open };
}

export async function send(app: Application, from: number, to: number, town = 'Ulm'): Promise<void> {
  await Promise.all(Array.from({ length: to - from }, (_, n) => app.get<Post>(Post).send(`p${from + n}`, town, 2)));
}

export async function parcelsIn(app: Application, town = 'Ulm'): Promise<number> {
  return (await app.get<Post>(Post).towns.get(town))?.parcels ?? 0;
}

export async function statusOf(app: Application): Promise<ProjectionStatus> {
  const [status] = await app.get<Projections>(Projections).statuses();
  if (status === undefined) throw new Error('there is no projection');
  return status;
}

export function counted(app: Application, parcels: number): Promise<unknown> {
  return until(async () => (await parcelsIn(app)) === parcels, `${parcels} parcels`);
}

export function rebuiltOf(app: Application): Promise<unknown> {
  return until(async () => (await statusOf(app)).rebuild === undefined, 'the rebuild');
}
