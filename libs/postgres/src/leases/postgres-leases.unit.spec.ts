import { PostgresLeases } from './postgres-leases.js';

it('refuses wrong and unknown options, all at once', () => {
  const make = (options: unknown) => () => new PostgresLeases({} as never, options as never);
  expect(make({ tenant: 7, crashpoints: {} })).toThrow(
    /PostgresLeases have 2 faults[\s\S]*tenant: found 7; give text[\s\S]*crashpoints: there is no such option; did you mean "crashPoints"/,
  );
  expect(make({ tenant: '' })).not.toThrow();
});
