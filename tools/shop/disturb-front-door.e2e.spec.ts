import { everyOrderKilled, FrontDoor, registryKilled, rollingRestarts } from './disturb-front-door.js';

jest.setTimeout(900_000);

let door: FrontDoor;
beforeAll(async () => {
  door = await FrontDoor.open();
});
afterAll(() => door?.close());

it('no request fails while services are started anew, one process after the other', async () => {
  const report = await door.disturb({ perSecond: 30, disturb: rollingRestarts(1, ['discovery', 'auth', 'order']) });
  process.stdout.write(`rolling restart ${JSON.stringify(report)}\n`);
  expect(report.failures).toEqual([]);
});

it('no request fails while the registry is away; control: all do for a service that is away', async () => {
  const report = await door.disturb({ perSecond: 50, disturb: registryKilled(5_000) });
  process.stdout.write(`registry killed ${JSON.stringify(report)}\n`);
  expect(report.failures).toEqual([]);
  const control = await door.disturb({ perSecond: 50, disturb: everyOrderKilled });
  expect(control.failures.length).toBeGreaterThan(0);
});
