import 'reflect-metadata';
import { consistencyToken } from '@minos/common';
import type { AggregateRepository } from '@minos/event-sourcing';
import { getAggregateRepositoryToken } from '@minos/event-sourcing/module';
import { createTestingApp } from '@minos/nest/testing';
import { BoxOffice, Show, TicketsModule } from './seats.js';

it('the example of current-state queries finds shows by what they have become', async () => {
  const { get, close } = await createTestingApp(TicketsModule);
  const shows = get<AggregateRepository<Show>>(getAggregateRepositoryToken(Show));
  const office = get(BoxOffice);
  for (const [id, town, seats] of [
    ['hamlet', 'Ulm', 2],
    ['faust', 'Ulm', 9],
    ['medea', 'Bonn', 5],
  ] as const)
    await shows.create(id, (show) => show.announce(id, town, seats));
  for (const buyer of ['ann', 'bob']) await shows.update('hamlet', (show) => show.sell(buyer));
  await shows.update('medea', (show) => show.sell('ann'));
  const token = consistencyToken({ service: 'tickets', stream: 'show-medea', version: 2 });
  expect(await office.show('medea', token)).toMatchObject({ aggregateId: 'medea', free: 4, aggregateVersion: 2 });
  expect((await office.freeIn('Ulm')).items.map(({ aggregateId }) => aggregateId)).toEqual(['faust']);
  expect(await office.boughtBy('ann')).toBe(2);
  await close();
});
