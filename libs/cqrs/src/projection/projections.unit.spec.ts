import { consistencyToken } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Module, type Type } from '@nestjs/common';
import { conditions } from '../view/conditions.js';
import { View } from '../view/view.decorator.js';
import { Views } from '../view/views.js';
import { Projection, When } from './projection.decorator.js';
import {
  Parcel,
  ParcelList,
  ParcelLost,
  ParcelRow,
  ParcelScanned,
  ParcelSent,
  ParcelWeighed,
  Post,
  TownRow,
  where,
} from './projection-kit.js';
import { Projections } from './projections.js';

const post = (...projections: readonly Type[]): Type => {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post' }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed, ParcelLost, ParcelScanned] }),
    ],
    providers: [Post, ...projections],
  })
  class PostModule {}
  return PostModule;
};
const mark = (id: string, version: number): string => consistencyToken({ service: 'post', stream: `parcel-${id}`, version });

describe('projections', () => {
  it('make rows of events, and change and remove them', async () => {
    const { get, close } = await createTestingApp(post(ParcelList));
    const [office, projections] = [get(Post), get(Projections)];
    for (let n = 0; n < 25; n++) await office.send(`p${n}`, n % 2 === 0 ? 'Ulm' : 'Bonn', n);
    await office.tell('p1', new ParcelWeighed(100));
    await office.tell('p3', new ParcelLost());
    await projections.atLeast('parcel-list', mark('p3', 2), '20s');
    expect(await office.parcels.get('p1')).toEqual({ id: 'p1', to: 'Bonn', weight: 100 });
    expect(await office.parcels.get('p3')).toBeUndefined();
    expect(await office.parcels.count(where.eq('to', 'Bonn'))).toBe(11);
    expect([await office.towns.get('Ulm'), await office.towns.get('Bonn')]).toEqual([
      { town: 'Ulm', parcels: 13 },
      { town: 'Bonn', parcels: 12 },
    ]);
    await close();
  });

  it('are read by pages', async () => {
    const { get, close } = await createTestingApp(post(ParcelList));
    const office = get(Post);
    for (let n = 0; n < 7; n++) await office.send(`p${n}`, 'Ulm', n % 3);
    await get(Projections).atLeast('parcel-list', mark('p6', 1), '20s');
    const options = { where: where.gt('weight', 0), orderBy: [where.desc('weight')], limit: 3 };
    const first = await office.parcels.find(options);
    const second = await office.parcels.find({ ...options, after: first.next ?? '' });
    expect([first, second].map(({ items }) => items.map(({ id }) => id))).toEqual([['p5', 'p2', 'p4'], ['p1']]);
    expect([typeof first.next, second.next]).toEqual(['string', null]);
    await expect(office.parcels.find({ limit: 3, after: first.next ?? '' })).rejects.toMatchObject({ code: 'VIEW_QUERY_INVALID' });
    await expect(office.parcels.find({ limit: 0 })).rejects.toMatchObject({ code: 'VIEW_QUERY_INVALID' });
    await close();
  });

  it('are waited for no longer than is said, and not for what does not concern them', async () => {
    const { get, close } = await createTestingApp(post(ParcelList));
    const [office, list, projections] = [get(Post), get(ParcelList), get(Projections)];
    list.refused = 'Nowhere';
    await office.send('p1', 'Ulm', 1);
    await office.tell('p1', new ParcelScanned());
    await projections.atLeast('parcel-list', mark('p1', 2), '20s');
    await office.send('p2', 'Nowhere', 1);
    await office.tell('p1', new ParcelWeighed(2));
    await expect(projections.atLeast('parcel-list', mark('p1', 3), '50ms')).rejects.toMatchObject({ code: 'NOT_YET_CONSISTENT' });
    await expect(projections.atLeast('parcel-list', mark('p1', 4), '50ms')).rejects.toMatchObject({ details: { version: 3, atLeast: 4 } });
    await projections.atLeast('parcel-list', consistencyToken({ service: 'other', stream: 'parcel-p1', version: 99 }), '20s');
    await close();
  });

  it('stop at an event that fails, tell which, and go on when they are told to', async () => {
    const { get, close } = await createTestingApp(post(ParcelList));
    const [office, list, projections] = [get(Post), get(ParcelList), get(Projections)];
    list.refused = 'Nowhere';
    for (const [n, to] of ['Ulm', 'Ulm', 'Nowhere', 'Ulm'].entries()) await office.send(`p${n}`, to, n);
    const stopped = await until(async () => (await projections.statuses()).find(({ state }) => state === 'failed'), 'the stop', 20_000);
    expect(stopped).toMatchObject({ name: 'parcel-list', version: 1, stalled: true, failedEvent: { stream: 'parcel-p2' } });
    const kept = await until(async () => (await projections.statuses())[0]?.failure, 'the record of the failure');
    expect(kept).toMatchObject({
      type: 'parcel.sent',
      stream: 'parcel-p2',
      streamVersion: 1,
      attempts: 5,
      error: { message: 'nobody lives in Nowhere' },
    });
    expect(kept.error.stack).toContain('ParcelList.sent');
    expect((await office.parcels.find()).items.map(({ id }) => id)).toEqual(['p0', 'p1']);
    list.refused = undefined;
    await projections.resume('parcel-list');
    await projections.atLeast('parcel-list', mark('p3', 1), '20s');
    expect(await office.parcels.count()).toBe(4);
    await expect(projections.resume('none')).rejects.toMatchObject({ code: 'PROJECTION_UNKNOWN' });
    await close();
  });

  it('that passed events of other types say so once it is quiet: who waits for them, or rebuilds, comes to an end', async () => {
    @Projection('lost', { version: 1, views: [TownRow] })
    class Lost {
      @When(ParcelLost) lost(): void {}
    }
    const { get, close } = await createTestingApp(post(Lost));
    await get(Post).send('1', 'Ulm', 1);
    for (let times = 0; times < 105; times++) await get(Post).tell('1', new ParcelScanned());
    await get(Projections).atLeast('lost', mark('1', 106), '20s');
    await get(Projections).rebuild('lost');
    await until(async () => (await get(Projections).statuses())[0]?.rebuild === undefined, 'the rebuild', 20_000);
    await close();
  });

  it('make the service ready once they are built', async () => {
    const { get, close } = await createTestingApp(post(ParcelList));
    const projections = get(Projections);
    await until(async () => (await projections.check()).status === 'up', 'readiness');
    expect((await projections.check()).details).toMatchObject({ 'parcel-list': { version: 1, ready: true, lagEvents: 0 } });
    await close();
  });
});

describe('a start with projections', () => {
  it('lists them in the report of the service', async () => {
    const lines: string[] = [];
    const ignore = (): void => undefined;
    const logger = { log: (line: unknown) => void lines.push(String(line)), warn: ignore, error: ignore };
    const { close } = await createTestingApp(post(ParcelList), { logger });
    const report = lines.find((line) => line.includes('is up')) ?? '';
    expect(report).toMatch(/projections +parcel-list v1 \((running|idle)\) → parcels_v1, towns_v1/);
    await close();
  });

  it('is refused where decorators cannot be meant, with all faults', async () => {
    class Unnamed {}
    @Projection('wrong', { version: 0, batchSize: 0 })
    class Wrong {
      @When(Unnamed) one(): void {}
      @When(ParcelSent) two(): void {}
      @When(ParcelSent) three(): void {}
    }
    @Projection('empty', { version: 1 })
    class Empty {}
    const error = (await createTestingApp(post(Wrong, Empty)).catch((reason: unknown) => reason)) as { code: string; message: string };
    expect(error.code).toBe('PROJECTIONS_INVALID');
    for (const part of ['version is 0', 'batchSize is 0', 'Unnamed is no event', 'Wrong.two has this event already', 'Empty: none'])
      expect(error.message).toContain(part);
  });

  it('is refused where two make one view, or one has none', async () => {
    @Projection('again', { version: 1, views: [ParcelRow] })
    class Again {
      @When(ParcelSent) sent(): void {}
    }
    await expect(createTestingApp(post(ParcelList, Again))).rejects.toMatchObject({
      code: 'PROJECTIONS_INVALID',
      message: expect.stringContaining('parcels_v1'),
    });
    class NoView {}
    @Projection('viewless', { version: 1, views: [NoView] })
    class Viewless {
      @When(ParcelSent) sent(): void {}
    }
    await expect(createTestingApp(post(Viewless))).rejects.toMatchObject({ code: 'VIEW_INVALID' });
    expect(() => View('No Name')(NoView)).toThrow(expect.objectContaining({ code: 'VIEW_INVALID' }));
    const { get, close } = await createTestingApp(post());
    await expect(get(Views).of(ParcelRow).get('a')).rejects.toMatchObject({ code: 'VIEW_UNKNOWN' });
    await close();
  });
});

it('checks fields and values of conditions when it compiles', () => {
  const rows = conditions<ParcelRow>();
  // @ts-expect-error there is no such field
  rows.eq('colour', 'red');
  // @ts-expect-error a weight is a number
  rows.lt('weight', 'heavy');
  expect(rows.not(rows.in('to', ['Ulm']))).toEqual({ op: 'not', of: { op: 'in', field: 'to', values: ['Ulm'] } });
});
