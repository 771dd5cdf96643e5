import type { MessageContext } from '../contracts/message-handler.js';
import { CHANNEL, effect, event, openWorld, type ConsumerWorld } from './consumer-kit.js';
import type { ParkNotice } from './consumer.options.js';

describe('parked keys', () => {
  let world: ConsumerWorld;
  let broken: Set<string>;
  beforeEach(async () => {
    world = await openWorld();
    broken = new Set();
  });
  afterEach(() => world.close());

  const partition = { channel: CHANNEL, partition: 0 };
  const refOf = (key: string) => ({ consumer: 'stock', channel: CHANNEL, key });
  const by = { by: 'ann' };
  /** Fails for the keys in `broken`, and for the data in it. */
  const note = (message: { data: unknown }, { unit, stored }: MessageContext): void => {
    unit.enlist(effect(`${stored.key}:${String(message.data)}`));
    if (broken.has(stored.key) || broken.has(String(message.data))) throw new Error(`${stored.key} is broken`);
  };
  const moved = (to: bigint): Promise<void> =>
    world.until(async () => (await world.inbox.position('stock', partition))?.next === to, `the position ${to}`);
  const unparked = (key: string): Promise<void> =>
    world.until(async () => (await world.parked.first(refOf(key))) === undefined, 'no parked key');
  const of = (key: string): string[] => world.effects.filter((text) => text.startsWith(`${key}:`));

  it('parks the key of a message that cannot be handled, with what comes after it; the others flow', async () => {
    broken.add('bad');
    await world.publish(
      { key: 'a', data: 0 },
      { key: 'bad', data: 0 },
      { key: 'a', data: 1 },
      { key: 'bad', data: 1 },
      { key: 'bad', data: 2 },
    );
    const consumer = world.consumer({ 'order.placed': note }, { codeVersion: '1.2.3' });
    await moved(5n);
    expect(world.effects).toEqual(['a:0', 'a:1']);
    const { key, messages } = await world.parkedKeys.inspect(refOf('bad'));
    expect(key).toMatchObject({ messages: 3, attempts: 3, state: 'parked', cause: { code: 'Error', message: 'bad is broken' } });
    expect(key.cause?.stack).toContain('consumer-parking');
    expect(messages.map(({ stored, cause }) => [stored.offset, cause === undefined])).toEqual([
      [1n, false],
      [3n, true],
      [4n, true],
    ]);
    expect(messages[0]).toMatchObject({
      type: 'order.placed',
      codeVersion: '1.2.3',
      stored: event({ key: 'bad', data: 0, id: messages[0]?.messageId ?? '' }),
    });
    expect(consumer.status()).toMatchObject({ counts: { parked: 3 }, parkedMessages: 3, partitions: [{ parkedKeys: 1 }] });
    expect((await world.parkedKeys.list()).map((one) => one.key)).toEqual(['bad']);
  });

  it('drains a key in order when it is told to, and unparks it with its last message', async () => {
    broken.add('bad');
    await world.publish(...[0, 1, 2, 3].map((data) => ({ key: 'bad', data })));
    const consumer = world.consumer({ 'order.placed': note });
    await moved(4n);
    broken.clear();
    await world.parkedKeys.retry(refOf('bad'), { by: 'ann', reason: 'fixed' });
    await unparked('bad');
    expect(of('bad')).toEqual(['bad:0', 'bad:1', 'bad:2', 'bad:3']);
    expect(await world.parkedKeys.history(refOf('bad'))).toMatchObject([{ by: 'ann', reason: 'fixed', ended: { outcome: 'done' } }]);
    await world.publish({ key: 'bad', data: 4 });
    await moved(5n);
    expect(of('bad')).toHaveLength(5);
    expect(consumer.status()).toMatchObject({ parkedMessages: 0, partitions: [{ parkedKeys: 0 }] });
  });

  it('puts what arrives during a drain behind what is parked', async () => {
    broken.add('bad');
    await world.publish(...[0, 1, 2].map((data) => ({ key: 'bad', data })));
    const slow = async (message: { data: unknown }, context: MessageContext): Promise<void> => {
      note(message, context);
      if (!broken.has('bad')) await world.clock.sleep(200);
    };
    world.consumer({ 'order.placed': slow });
    await moved(3n);
    broken.clear();
    await world.parkedKeys.retry(refOf('bad'), by);
    await world.until(() => of('bad').length === 0 && world.clock.sleeping > 0);
    for (let data = 3; data < 8; data += 1) {
      await world.publish({ key: 'bad', data });
      await world.clock.advance(150);
    }
    await unparked('bad');
    await world.until(() => of('bad').length === 8);
    expect(of('bad')).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((data) => `bad:${data}`));
  });

  it('stops a drain at a message that fails again, and says so', async () => {
    broken.add('bad');
    await world.publish(...[0, 1, 2].map((data) => ({ key: 'bad', data })));
    world.consumer({ 'order.placed': note });
    await moved(3n);
    broken = new Set(['1']);
    await world.parkedKeys.retry(refOf('bad'), by);
    await world.until(async () => (await world.parkedKeys.history(refOf('bad')))[0]?.ended !== undefined);
    expect(of('bad')).toEqual(['bad:0']);
    const { key, actions } = await world.parkedKeys.inspect(refOf('bad'));
    expect([key.messages, key.attempts, key.state]).toEqual([2, 3, 'parked']);
    expect(actions).toMatchObject([{ ended: { outcome: 'failed', detail: 'bad is broken' } }]);
  });

  it('retries a group by its cause, and all', async () => {
    const handle = (message: { data: unknown }, context: MessageContext): void => {
      note(message, context);
      if (broken.size > 0) throw Object.assign(new Error('no'), { code: context.stored.key === 'x' ? 'X' : 'Y' });
    };
    broken.add('all');
    await world.publish({ key: 'x' }, { key: 'y' }, { key: 'z' });
    world.consumer({ 'order.placed': handle });
    await moved(3n);
    broken.clear();
    expect(await world.parkedKeys.retry({ cause: 'Y' }, by)).toHaveLength(2);
    await world.until(() => world.effects.length === 2);
    expect((await world.parkedKeys.list()).map(({ key }) => key)).toEqual(['x']);
    await world.parkedKeys.retry({}, by);
    await unparked('x');
    await expect(world.parkedKeys.retry({}, by)).rejects.toMatchObject({ code: 'PARKED_KEY_UNKNOWN' });
  });

  it('does an action once that was still open when it was looked for', async () => {
    broken.add('bad');
    await world.publish({ key: 'bad', data: 0 });
    let tries = 0;
    const counting = (message: { data: unknown }, context: MessageContext): void => {
      tries += 1;
      note(message, context);
    };
    world.consumer({ 'order.placed': counting }, { retry: { attempts: 1 } });
    await moved(1n);
    const work = world.parked.work.bind(world.parked);
    let seen: Awaited<ReturnType<typeof work>>['actions'] = [];
    world.parked.work = async (...args) => {
      const found = await work(...args);
      if (found.actions.length > 0) seen = found.actions;
      return { ...found, actions: seen };
    };
    await world.parkedKeys.retry(refOf('bad'), by);
    const failed = async (): Promise<boolean> => (await world.parkedKeys.history(refOf('bad')))[0]?.ended?.outcome === 'failed';
    await world.until(failed, 'the retry to fail');
    await world.clock.advance(5_000);
    expect(tries).toBe(2);
  });

  it('edits a message and retries it; what it was stays with the action', async () => {
    broken.add('wrong');
    await world.publish({ key: 'bad', data: 'wrong' }, { key: 'bad', data: 'next' });
    world.consumer({ 'order.placed': note });
    await moved(2n);
    const [first] = (await world.parkedKeys.inspect(refOf('bad'))).messages;
    await world.parkedKeys.editAndRetry({ ...refOf('bad'), place: first?.place ?? 0n }, { body: '"right"' }, { by: 'ann', reason: 'typo' });
    await unparked('bad');
    expect(of('bad')).toEqual(['bad:right', 'bad:next']);
    const edit = (await world.parkedKeys.history(refOf('bad'))).find(({ action }) => action === 'edit');
    expect([Buffer.from(edit?.before?.body ?? []).toString(), edit?.ended?.outcome]).toEqual(['"wrong"', 'done']);
    await expect(world.parkedKeys.edit({ ...refOf('bad'), place: 1n }, { body: '' }, by)).rejects.toMatchObject({
      code: 'PARKED_MESSAGE_GONE',
    });
  });

  it('discards one message, and a whole key; what was discarded is not handled when it comes again', async () => {
    broken.add('bad');
    const id = 'a9b1f8f2-0b3c-7c11-8f00-000000000009';
    await world.publish({ id, key: 'bad', data: 0 }, { key: 'bad', data: 1 }, { key: 'bad', data: 2 });
    world.consumer({ 'order.placed': note });
    await moved(3n);
    const { messages } = await world.parkedKeys.inspect(refOf('bad'));
    await world.parkedKeys.discard({ ...refOf('bad'), place: messages[0]?.place ?? 0n }, by);
    await world.until(async () => (await world.parked.messages(refOf('bad'), { limit: 9 })).length === 2);
    await world.parkedKeys.discard(refOf('bad'), by);
    await unparked('bad');
    broken.clear();
    await world.publish({ id, key: 'bad', data: 0 }, { key: 'bad', data: 3 });
    await moved(5n);
    expect(of('bad')).toEqual(['bad:3']);
    const actions = await world.parkedKeys.history(refOf('bad'));
    expect(actions.map(({ action, ended, before }) => [action, ended?.outcome, before !== undefined])).toEqual([
      ['discard', 'done', true],
      ['discard', 'done', true],
      ['discard', 'done', true],
    ]);
  });

  it('parks what cannot be read where a handler names it, and what is newer than it knows', async () => {
    await world.broker.publish([
      { ...event({ key: 'syntax' }), body: Buffer.from('{') },
      { ...event({ key: 'attributes' }), headers: { ce_type: 'order.placed' } },
      event({ key: 'newer', schemaversion: 3 }),
      { ...event({ key: 'foreign', type: 'order.viewed' }), body: Buffer.from('{') },
    ]);
    const refuse = (): never => {
      throw new TypeError('no amount');
    };
    await world.publish({ type: 'order.paid', key: 'decode' });
    world.consumer({ 'order.placed': { handle: note, schemaVersion: 2 }, 'order.paid': { decode: refuse, handle: note } });
    await moved(5n);
    const keys = await world.parkedKeys.list();
    expect(new Map(keys.map(({ key, cause, attempts }) => [key, [cause?.code, attempts]]))).toEqual(
      new Map([
        ['syntax', ['MESSAGE_UNDECODABLE', 1]],
        ['attributes', ['MESSAGE_UNDECODABLE', 1]],
        ['newer', ['MESSAGE_TOO_NEW', 1]],
        ['decode', ['MESSAGE_UNDECODABLE', 1]],
      ]),
    );
  });

  it('parks commands that nobody handles, and lets an answer be sent with the unit that parks', async () => {
    const notices: ParkNotice[] = [];
    const answer = (notice: ParkNotice, unit: MessageContext['unit']): void => {
      notices.push(notice);
      unit.enlist(effect(`${notice.stored.key}:${notice.code}`));
    };
    await world.publish({ type: 'stock.unknown', key: 'a' }, { type: 'order.placed', key: 'a', data: 1 });
    world.consumer({ 'order.placed': note }, { channels: [{ name: CHANNEL, kind: 'command' }], parking: { answer } });
    await moved(2n);
    expect(world.effects).toEqual(['a:COMMAND_NOT_HANDLED', 'a:KEY_PARKED']);
    expect(notices.map(({ envelope }) => envelope?.type)).toEqual(['stock.unknown', 'order.placed']);
  });

  it('remembers parked keys over a restart, and a retry that was asked for meanwhile', async () => {
    broken.add('bad');
    await world.publish({ key: 'bad', data: 0 });
    const first = world.consumer({ 'order.placed': note });
    await moved(1n);
    let stopped = false;
    void first.stop().then(() => (stopped = true));
    await world.until(() => stopped);
    broken.clear();
    await world.publish({ key: 'bad', data: 1 });
    const second = world.consumer({ 'order.placed': note }, { parking: { look: '1h' } });
    await moved(2n);
    expect(of('bad')).toEqual([]);
    await world.parkedKeys.retry(refOf('bad'), by);
    stopped = false;
    void second.stop().then(() => (stopped = true));
    await world.until(() => stopped);
    world.consumer({ 'order.placed': note });
    await unparked('bad');
    expect(of('bad')).toEqual(['bad:0', 'bad:1']);
  });

  it('retries parked keys by itself where it is told to', async () => {
    broken.add('bad');
    await world.publish({ key: 'bad', data: 0 });
    world.consumer({ 'order.placed': note }, { parking: { retryAfter: '1m' } });
    await moved(1n);
    await world.clock.advance(90_000);
    expect((await world.parked.first(refOf('bad')))?.attempts).toBe(6);
    broken.clear();
    await world.clock.advance(60_000);
    expect(of('bad')).toEqual(['bad:0']);
  });

  it('stands where more would be parked than may be, and goes on when there is room', async () => {
    broken.add('bad');
    await world.publish({ key: 'bad', data: 0 }, { key: 'bad', data: 1 }, { key: 'bad', data: 2 }, { key: 'a', data: 0 });
    const consumer = world.consumer({ 'order.placed': note }, { parking: { perKey: 2 } });
    await world.until(() => consumer.status().partitions[0]?.halted !== undefined);
    await world.clock.advance(5_000);
    expect(world.effects).toEqual(['a:0']);
    expect(consumer.status().partitions[0]).toMatchObject({ halted: { code: 'PARKED_LIMIT_REACHED' }, inHand: 2 });
    await world.parkedKeys.discard(refOf('bad'), by);
    broken.clear();
    await moved(4n);
    expect(consumer.status().partitions[0]?.halted).toBeUndefined();
  });

  it('makes room for more keys than it may work on at the same time, when operators discard what is parked', async () => {
    for (const key of ['bad', 'worse', 'third', 'fourth']) broken.add(key);
    await world.publish({ key: 'bad' }, { key: 'worse' });
    const consumer = world.consumer({ 'order.placed': note }, { parking: { perConsumer: 2 }, concurrency: { perPartition: 2, total: 2 } });
    await moved(2n);
    await world.publish({ key: 'third' }, { key: 'fourth' });
    await world.until(() => consumer.status().partitions[0]?.halted !== undefined);
    await world.clock.advance(5_000);
    for (const key of ['bad', 'worse']) await world.parkedKeys.discard(refOf(key), by);
    await moved(4n);
    expect((await world.parkedKeys.list()).map(({ key }) => key).sort()).toEqual(['fourth', 'third']);
  });

  it('does not park for a conflict that passes', async () => {
    let runs = 0;
    const handle = (message: { data: unknown }, context: MessageContext): void => {
      runs += 1;
      if (runs < 60) throw Object.assign(new Error('conflict'), { code: 'CONCURRENCY_CONFLICT', [Symbol.for('@minos/error')]: true });
      note(message, context);
    };
    await world.publish({ data: 0 });
    world.consumer({ 'order.placed': handle });
    await moved(1n);
    expect([world.effects, (await world.parkedKeys.list()).length]).toEqual([['a:0'], 0]);
  });
});
