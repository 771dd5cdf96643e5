import { disturbFrontDoor, everyOrderKilled, registryKilled, rollingRestarts } from './disturb-front-door.js';

jest.setTimeout(240_000);

it('no request fails while services are started anew, one process after the other', async () => {
  const report = await disturbFrontDoor({ perSecond: 30, disturb: rollingRestarts(1, ['discovery', 'auth', 'order']) });
  process.stdout.write(`rolling restart ${JSON.stringify(report)}\n`);
  expect(report.failures).toEqual([]);
});

it('no request fails while the registry is away; control: all do for a service that is away', async () => {
  const report = await disturbFrontDoor({ perSecond: 50, instances: 1, disturb: registryKilled(5_000) });
  process.stdout.write(`registry killed ${JSON.stringify(report)}\n`);
  expect(report.failures).toEqual([]);
  const control = await disturbFrontDoor({ perSecond: 50, instances: 1, disturb: everyOrderKilled });
  expect(control.failures.length).toBeGreaterThan(0);
});
