import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { CHANNEL, event, type EventInit } from '../consumer/consumer-kit.js';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { openTestingDatabase } from '../postgres/inbox-kit.js';
import { commandLine } from '@minos/postgres/testing';
import { COMMANDS } from './index.js';

/** A service whose consumer fails for data that is in `broken`. */
async function openService() {
  const stores = await openTestingDatabase();
  const broker = new MemoryBroker({ log: new MemoryLog(new SystemClock()) });
  await broker.ensureChannels([{ name: CHANNEL, partitions: 4 }]);
  const broken = new Set<unknown>();
  const handled: unknown[] = [];
  const handle = ({ data }: { data: unknown }): void => {
    if (broken.has(data)) throw Object.assign(new Error(`no ${String(data)}`), { code: 'STOCK_BROKEN' });
    handled.push(data);
  };
  const pipeline = new ConsumerPipeline(
    {
      ...{ consumer: 'stock', channels: [{ name: CHANNEL }], handlers: new Map([['order.placed', { handle }]]) },
      ...{ retry: { attempts: 1 }, parking: { look: '20ms' }, codeVersion: '1.2.3' },
    },
    { ...stores, broker },
  );
  pipeline.start();
  const folder = mkdtempSync(join(tmpdir(), 'minos-parked-'));
  const parked = new ParkedKeys(stores.parked);
  return {
    ...{ stores, broken, handled, folder, pipeline, parked },
    run: commandLine(COMMANDS, { database: stores.database, folder }),
    publish: (...events: EventInit[]) => broker.publish(events.map(event)),
    isParked: (messages: number) => until(async () => (await parked.totals()).messages === messages, `${messages} parked messages`, 30_000),
    close: async (): Promise<void> => {
      await pipeline.stop();
      await broker.close();
      await stores.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describe('minos parked', () => {
  let service: Awaited<ReturnType<typeof openService>>;
  beforeEach(async () => {
    service = await openService();
  });
  afterEach(() => service.close());

  const parkThree = async (): Promise<void> => {
    service.broken.add('bad');
    await service.publish({ key: 'a', data: 'bad' }, { key: 'a', data: 1 }, { key: 'b', data: 'bad' }, { key: 'ok', data: 2 });
    await service.isParked(3);
  };
  const placeOf = async (key: string, index = 0): Promise<string> => {
    const { messages } = await service.parked.inspect({ consumer: 'stock', channel: CHANNEL, key });
    return String(messages[index]?.place);
  };

  it('lists keys by filter and page by page, for people and for machines', async () => {
    const none = await service.run('parked list');
    expect(none).toEqual({ code: 0, text: 'No key is parked that fits.' });
    await parkThree();
    const { text, code } = await service.run('parked list');
    expect(code).toBe(0);
    expect(text).toMatch(/^CONSUMER +CHANNEL +KEY +MESSAGES +STATE +PARKED AT +TRIES +TYPE +CAUSE\n/);
    expect(text).toMatch(/stock +orders\.events +a +2 +parked +\S+Z +1 +order\.placed +STOCK_BROKEN: no bad/);
    expect(text).toContain('2 keys with 3 messages.');
    expect((await service.run('parked list', ['--limit', '1'])).text).toContain('Keys 1 to 1 are shown; --skip 1 goes on.');
    expect((await service.run('parked list', ['--cause', 'OTHER'])).text).toContain('No key');
    const json = JSON.parse((await service.run('parked list', ['--json', '--key', 'a'])).text);
    expect(json).toMatchObject({ keys: [{ key: 'a', messages: 2, cause: { code: 'STOCK_BROKEN' } }], totals: { keys: 1, messages: 2 } });
  });

  it('shows one key with its messages, and says which where several fit', async () => {
    await parkThree();
    const { text } = await service.run('parked show', ['--key', 'a']);
    for (const part of [
      'Key a of orders.events',
      'STOCK_BROKEN: no bad (1 try by release 1.2.3)',
      'ce_type: order.placed',
      '"bad"',
      'at handle',
    ])
      expect(text).toContain(part);
    expect(text).toContain('stands behind a message that could not be handled');
    const json = JSON.parse((await service.run('parked show', ['--key', 'a', '--json'])).text);
    expect(json.messages).toMatchObject([{ bodyText: '"bad"', attempts: 1, codeVersion: '1.2.3' }, { bodyText: '1' }]);
    const several = await service.run('parked show');
    expect(several).toMatchObject({ code: 2, text: expect.stringMatching(/--consumer stock --channel orders.events --key ., or/) });
    expect(await service.run('parked show', ['--key', 'x'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('PARKED_KEY_UNKNOWN'),
    });
  });

  it('retries a group, waits for the outcome, and keeps who asked and why', async () => {
    await parkThree();
    const dry = await service.run('parked retry', ['--cause', 'STOCK_BROKEN', '--dry-run']);
    expect(dry.text).toContain('Would retry 2 keys with 3 messages.');
    expect((await service.run('parked audit')).text).toBe('Nothing was asked that fits.');
    const failed = await service.run('parked retry', ['--key', 'b', '--wait']);
    expect(failed).toMatchObject({
      code: 1,
      text: expect.stringMatching(/Asked \(1 action\); a running consumer of stock will do it\.\n[^]*failed \(no bad\)/),
    });
    service.broken.clear();
    const done = await service.run('parked retry', ['--cause', 'STOCK_BROKEN', '--wait', '--by', 'ann', '--reason', 'fixed in 1.2.4']);
    expect(done).toMatchObject({ code: 0, text: expect.stringMatching(/a +done\n[^]*b +done/) });
    expect(service.handled.filter((data) => data !== 2)).toEqual(expect.arrayContaining(['bad', 1, 'bad']));
    await service.isParked(0);
    const audit = (await service.run('parked audit', ['--key', 'b'])).text.split('\n');
    expect(audit[0]).toContain('retry by ann, because "fixed in 1.2.4": done');
    expect(audit[1]).toContain(`retry by ${userInfo().username}: failed (no bad)`);
    const json = JSON.parse((await service.run('parked audit', ['--by', 'ann', '--limit', '1', '--json'])).text);
    expect(json.actions).toMatchObject([{ by: 'ann', reason: 'fixed in 1.2.4', ended: { outcome: 'done' } }]);
    expect((await service.run('parked retry', ['--all', '--wait'])).code).toBe(1);
  });

  it('edits a message from the standard input or a file and retries its key', async () => {
    await parkThree();
    const place = await placeOf('a');
    const edited = await service.run(
      'parked edit',
      ['--key', 'a', '--place', place, '--body', '-', '--header', 'x=y', '--wait', '--by', 'ann'],
      '"good"',
    );
    expect(edited).toMatchObject({ code: 0, text: expect.stringMatching(new RegExp(`edit #${place}[^]*done[^]*retry[^]*done`)) });
    expect(service.handled).toEqual([2, 'good', 1]);
    const audit = JSON.parse((await service.run('parked audit', ['--key', 'a', '--json'])).text);
    const [, edit] = audit.actions;
    expect(edit).toMatchObject({ by: 'ann', bodyText: '"good"', headers: { x: 'y' }, before: { bodyText: '"bad"' } });
    expect(edit.before.headers).not.toHaveProperty('x');
    writeFileSync(join(service.folder, 'body.json'), '"better"');
    const last = await placeOf('b');
    const kept = await service.run('parked edit', ['--key', 'b', '--place', last, '--body', 'body.json', '--no-retry', '--wait']);
    expect(kept.code).toBe(0);
    expect((await service.run('parked show', ['--key', 'b'])).text).toContain('"better"');
    expect((await service.run('parked audit', ['--key', 'b'])).text).toContain('it was "bad"');
  });

  it('discards one message, or all of a filter when that is meant; the audit keeps them', async () => {
    await parkThree();
    const place = await placeOf('a');
    expect((await service.run('parked discard', ['--key', 'a', '--place', place, '--dry-run'])).text).toContain(`Would discard #${place}`);
    expect((await service.run('parked discard', ['--key', 'a', '--place', place, '--wait'])).code).toBe(0);
    expect((await service.run('parked retry', ['--key', 'a', '--wait'])).code).toBe(0);
    expect(service.handled).toEqual([2, 1]);
    const asked = await service.run('parked discard', ['--cause', 'STOCK_BROKEN']);
    expect(asked).toMatchObject({ code: 2, text: expect.stringContaining('This discards 1 key with 1 message: add --yes') });
    expect(await service.run('parked discard', ['--cause', 'STOCK_BROKEN', '--yes', '--wait'])).toMatchObject({ code: 0 });
    await service.isParked(0);
    expect((await service.run('parked audit', ['--key', 'b'])).text).toContain('it was "bad"');
  });

  it('says that nobody does it while no consumer runs', async () => {
    await parkThree();
    await service.pipeline.stop();
    const waited = await service.run('parked retry', ['--all', '--wait', '--within', '300ms']);
    expect(waited.code).toBe(1);
    expect(waited.text).toContain('waits for a running consumer');
    expect(waited.text).toContain('2 actions did not end in time: is a consumer of stock running?');
  });

  it('names what is wrong with what was given, and the cure', async () => {
    await parkThree();
    const place = await placeOf('a');
    const one = ['--key', 'a', '--place', place];
    writeFileSync(join(service.folder, 'bad.json'), '{"a":');
    const wrong: readonly (readonly [string, readonly string[], string])[] = [
      ['parked retry', [], 'Say which keys to retry: --consumer'],
      ['parked retry', ['--all', '--key', 'a'], '--all and a filter contradict'],
      ['parked list', ['--limit', 'x'], '--limit is "x": give a whole number from 1 to 10000'],
      ['parked list', ['--key', ''], '--key is empty'],
      ['parked retry', ['--all', '--wait', '--within', 'soon'], '--within is "soon": give a duration such as 30s'],
      ['parked edit', ['--key', 'a'], '--place is missing: give the number that "minos parked show" prints'],
      ['parked edit', ['--place', 'a'], '--place is "a"'],
      ['parked edit', one, 'Nothing would change'],
      ['parked edit', [...one, '--body', 'none.json'], '--body: none.json cannot be read'],
      ['parked edit', [...one, '--body', 'bad.json'], '--body: bad.json is no JSON'],
      ['parked edit', [...one, '--header', 'x'], '--header is "x": give <name>=<value>'],
      ['parked edit', [...one, '--remove-header', 'x'], 'the message has no header "x"'],
      ['parked edit', [...one, '--remove-header', 'ce_id'], 'could not be read after this edit'],
      ['outbox release', [], '--channel is missing'],
    ];
    for (const [words, options, message] of wrong) {
      expect({ words, options, ...(await service.run(words, options)) }).toEqual({
        words,
        options,
        code: 2,
        text: expect.stringContaining(message),
      });
    }
    expect(await service.run('parked edit', ['--key', 'a', '--place', '999999', '--body', '-'], '1')).toMatchObject({ code: 1 });
    expect((await service.run('parked audit')).text).toBe('Nothing was asked that fits.');
  });

  it('shows what a terminal would obey as codes', async () => {
    service.broken.add('bad');
    await service.publish({ key: 'k\u001b[2J\u202e', data: 'bad' });
    await service.isParked(1);
    const { text } = await service.run('parked list');
    expect(text).toContain('k\\u{1b}[2J\\u{202e}');
  });

  it('is found by the command that @minos/postgres ships', async () => {
    await parkThree();
    const bin = resolve(__dirname, '../../../postgres/bin/minos.js');
    const minos = (...argv: string[]) =>
      promisify(execFile)(process.execPath, [bin, ...argv], {
        cwd: resolve(__dirname, '../..'),
        env: { ...process.env, DATABASE_URL: service.stores.url },
      });
    expect((await minos('--help')).stdout).toContain('parked');
    expect((await minos('parked', 'edit', '--help')).stdout).toContain('--header <name=value>');
    expect(JSON.parse((await minos('parked', 'list', '--json')).stdout).totals).toEqual({ keys: 2, messages: 3 });
    await expect(minos('parked', 'retry')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('CLI_USAGE') });
  });
});
