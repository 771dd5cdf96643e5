import { killSagas } from './kill-sagas.js';

jest.setTimeout(600_000);

describe('sagas over three services that are killed one after the other', () => {
  it('all end, and no effect is there twice', async () => {
    const { ledger, placed, affordable } = await killSagas({ kills: 3, everyMs: 800, withinMs: 120_000 });
    process.stdout.write(`killed sagas ${JSON.stringify({ ...ledger, placed })}\n`);
    expect(ledger).toEqual({ completed: affordable, compensated: placed - affordable, open: [], wrong: [] });
  });

  it('control: a participant that does not store its work with the mark of the command does it twice', async () => {
    const { ledger } = await killSagas({ kills: 1, everyMs: 20_000, withinMs: 120_000, careless: true });
    expect(ledger.wrong.length).toBeGreaterThan(0);
  });
});
