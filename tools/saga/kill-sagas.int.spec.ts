import { killSagas } from './kill-sagas.js';

jest.setTimeout(300_000);

describe('sagas over three services that are killed one after the other', () => {
  it('all end, and no effect is there twice', async () => {
    const { ledger, placed } = await killSagas({ kills: 3, everyMs: 800, withinMs: 120_000 });
    process.stdout.write(`killed sagas ${JSON.stringify({ ...ledger, placed })}\n`);
    expect(ledger).toMatchObject({ open: [], wrong: [] });
    expect(ledger.completed).toBeGreaterThan(0);
    expect(ledger.compensated).toBeGreaterThan(0);
    expect(ledger.completed + ledger.compensated).toBe(placed);
  });

  it('control: a participant that does not store its work with the mark of the command does it twice', async () => {
    let wrong = 0;
    // A kill may fall where nothing is under way.
    for (let tries = 0; tries < 4 && wrong === 0; tries += 1)
      wrong += (await killSagas({ kills: 1, everyMs: 1_000, withinMs: 120_000, careless: true })).ledger.wrong.length;
    expect(wrong).toBeGreaterThan(0);
  });
});
