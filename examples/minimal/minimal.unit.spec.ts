import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandBus, conditions, Views } from '@minos/cqrs';
import { testAggregate } from '@minos/event-sourcing/testing';
import { createTestingApp } from '@minos/nest/testing';
import { BoxOfficeModule, GuestRow, Seat, SeatSold, SellSeat } from './box-office.js';

describe('a service in a page', () => {
  it('is a page', () => {
    expect(readFileSync(join(__dirname, 'box-office.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  it('decides in its aggregate', () => {
    const sale = { seat: '4A', guest: 'Ada' };
    testAggregate(Seat)
      .given()
      .when((seat) => seat.sell(sale))
      .then(new SeatSold(sale));
  });

  // #region test
  it('sells a seat once, however many ask for it at once, and shows its guests', async () => {
    const service = await createTestingApp(BoxOfficeModule);
    const commands = service.get(CommandBus);
    const asked = ['Ada', 'Blaise', 'Carl', 'Emmy'].map((guest) => commands.execute(new SellSeat({ seat: '4A', guest })));
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    await service.settled();
    const guests = service.get(Views).of(GuestRow);
    expect(await guests.count(conditions<GuestRow>().eq('seat', '4A'))).toBe(1);
    await service.close();
  });
  // #endregion
});
