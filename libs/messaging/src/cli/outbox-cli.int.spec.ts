import { tmpdir } from 'node:os';
import { Outbox } from '../outbox/outbox.js';
import { openTestingOutbox } from '../postgres/outbox-kit.js';
import { commandLine } from '@minos/postgres/testing';
import { COMMANDS } from './index.js';

describe('minos outbox', () => {
  let opened: Awaited<ReturnType<typeof openTestingOutbox>>;
  let run: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    opened = await openTestingOutbox();
    run = commandLine(COMMANDS, { database: opened.database, folder: tmpdir() });
  });
  afterAll(() => opened.close());

  it('shows what waits, releases refused keys, and keeps who decided what', async () => {
    expect(await run('outbox status')).toEqual({ code: 0, text: '0 messages wait to leave.' });
    expect((await run('outbox refused')).text).toBe('No key is refused.');
    const outbox = new Outbox({ source: 'order', clock: opened.clock });
    const message = (text: string) => ({ channel: 'stock.commands', key: 'a', type: 'stock.reserve', data: { text } });
    await opened.unitOfWork.run((unit) => ['huge', 'fine'].forEach((text) => outbox.enlist(unit, message(text))));
    const lease = await opened.leases.acquire('outbox:0', 'test', 60_000);
    if (lease === undefined) throw new Error('The lease is taken.');
    const refuse = (): Promise<void> => opened.store.refuse({ channel: 'stock.commands', key: 'a', reason: 'too\nlarge' }, lease);
    await refuse();
    expect(await run('outbox status')).toEqual({
      code: 1,
      text: '0 messages wait to leave. "minos outbox refused" lists the 1 refused key.',
    });
    expect((await run('outbox refused')).text).toMatch(/^CHANNEL +KEY +REFUSED AT +WHY\nstock\.commands +a +\S+Z +too large$/);
    expect(JSON.parse((await run('outbox refused', ['--json'])).text)).toMatchObject({ keys: [{ key: 'a', reason: 'too\nlarge' }] });

    const key = ['--channel', 'stock.commands', '--key', 'a'];
    expect(await run('outbox release', [...key, '--oldest', 'drop'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('retry or discard'),
    });
    expect(await run('outbox release', [...key, '--oldest', 'discard'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('add --yes'),
    });
    expect(await run('outbox release', [...key, '--oldest', 'retry', '--by', 'ann'])).toMatchObject({ code: 0 });
    expect((await run('outbox status')).text).toMatch(/^2 messages wait to leave, the oldest for [\d.]+ s\.$/);
    await refuse();
    const discarded = await run('outbox release', [...key, '--oldest', 'discard', '--yes', '--by', 'bob', '--reason', 'a test']);
    expect(discarded.code).toBe(0);
    expect(await run('outbox release', [...key, '--oldest', 'retry'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('REFUSED_KEY_UNKNOWN'),
    });
    const audit = (await run('outbox audit')).text.split('\n');
    expect(audit[0]).toContain('discard by bob, because "a test"  (stock.commands, key a; refused: too large)');
    expect(audit[1]).toContain('{"text":"huge"}');
    expect(audit[2]).toContain('retry by ann');
    expect((await opened.store.progress()).unsent).toBe(1);
  });
});
