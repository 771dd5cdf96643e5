import {
  isMinosError,
  isRejection,
  MemoryCommitter,
  MemoryLeases,
  UnitOfWorkEngine,
  uuidv7,
  type MemoryChangeWriter,
  type MinosError,
  type Unit,
} from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { BrokerMessage } from '../contracts/broker.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { MemoryInboxStore } from '../memory/memory-inbox-store.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { MemoryParkedStore } from '../memory/memory-parked-store.js';
import { MemorySuspectStore } from '../memory/memory-suspect-store.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { Messages } from '../send/messages.js';
import { namedCommands, RequestService, reserving, type Reserved, type ServiceStores, type Work } from './request-kit.js';
import type { RequestsOptions } from './requests.options.js';

const { registry, reserve, unheard } = namedCommands('product');

/** The services "order" and "product", each with a database in memory, over one broker on a virtual clock. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new MemoryLog(this.clock);
  readonly effects: string[] = [];
  readonly order = this.stores();
  readonly product = this.stores();
  private readonly services: RequestService[] = [];

  async open(): Promise<{ asker: RequestService; handler: RequestService }> {
    const asker = await this.service('order');
    const handler = await this.service('product');
    await this.until(() => asker.requests.status().partition !== undefined);
    return { asker, handler };
  }

  async service(name: 'order' | 'product', options: Partial<RequestsOptions> = {}, broker = this.broker()): Promise<RequestService> {
    const service = new RequestService({ name, registry, owner: 'product' }, broker, name === 'order' ? this.order : this.product, options);
    this.services.push(service);
    await service.start();
    return service;
  }

  broker(): MemoryBroker {
    return new MemoryBroker({ log: this.log });
  }

  readonly effect = (unit: Unit, orderId: string): void => void unit.enlist({ kind: 'test.reserved', text: orderId } as Reserved);

  readonly reserve = reserving(this.effect);

  async until(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
    for (let passed = 0; !(await condition()); passed += 10) {
      if (passed > withinMs) throw new Error(`Waited ${withinMs} virtual ms in vain.`);
      await this.clock.advance(10);
    }
  }

  /** Lets time pass until the promise settles; gives its value, or its error. */
  async outcome<T>(promise: Promise<T>): Promise<T | MinosError> {
    let settled: { value: T | MinosError } | undefined;
    promise.then(
      (value) => (settled = { value }),
      (error: MinosError) => (settled = { value: error }),
    );
    await this.until(() => settled !== undefined, 120_000);
    return (settled as unknown as { value: T | MinosError }).value;
  }

  async close(): Promise<void> {
    await this.outcome(Promise.all(this.services.map((service) => service.stop())));
  }

  private stores(): ServiceStores {
    const { clock } = this;
    const leases = new MemoryLeases(clock);
    const store = new MemoryOutboxStore(clock, leases);
    const inbox = new MemoryInboxStore(clock);
    const suspects = new MemorySuspectStore(inbox);
    const parked = new MemoryParkedStore(clock);
    const reserved: MemoryChangeWriter<Reserved> = {
      kind: 'test.reserved',
      apply: ({ text }) => (this.effects.push(text), { result: undefined, undo: () => void this.effects.pop() }),
    };
    const committer = new MemoryCommitter([store, leases, ...inbox.writers, suspects.writer, ...parked.writers, reserved]);
    const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
    return { unitOfWork, inbox, suspects, parked, store, leases, clock };
  }
}

let world: World;
beforeEach(() => void (world = new World()));
afterEach(() => world.close());

describe('asking', () => {
  it('gives the result of the handler', async () => {
    const { asker, handler } = await world.open();
    handler.serve(world.reserve);
    const result: { total: number } | MinosError = await world.outcome(asker.requests.ask(reserve('o-1')));
    expect(result).toEqual({ total: 1 });
    expect(world.effects).toEqual(['o-1']);
    expect(asker.requests.status()).toMatchObject({ running: true, outstanding: 0, oldestMs: 0, late: 0 });
  });

  it("rejects with the handler's own rejection", async () => {
    const { asker, handler } = await world.open();
    handler.serve(world.reserve);
    const error = await world.outcome(asker.requests.ask(reserve('o-1', 9)));
    expect(isRejection(error, 'stock.insufficient')).toBe(true);
    expect(error).toMatchObject({ message: '9 are not there', details: { left: 5 } });
    expect(world.effects).toEqual([]);
  });

  it('keeps requests of one key in the order in which they were asked', async () => {
    const { asker, handler } = await world.open();
    handler.serve(world.reserve);
    const asked = Array.from({ length: 20 }, (_, n) => asker.requests.ask(reserve(`o-${n % 3}`)));
    const totals = (await world.outcome(Promise.all(asked))) as { total: number }[];
    for (const key of [0, 1, 2]) {
      const mine = totals.filter((_, n) => n % 3 === key).map(({ total }) => total);
      expect(mine).toEqual([...mine].sort((a, b) => a - b));
    }
  });

  it('is refused inside an open unit, with the ways out; detached it leaves at once and stays', async () => {
    const { asker, handler } = await world.open();
    handler.serve(world.reserve);
    const { unitOfWork } = world.order;
    const inside = unitOfWork.run(() => asker.requests.ask(reserve('o-1')));
    const error = (await world.outcome(inside)) as MinosError;
    expect(error).toMatchObject({ code: 'REMOTE_CALL_IN_UNIT', retryable: false });
    for (const way of ['messages.send(', '@AnswerHandler', '{ detached: true }']) expect(error.message).toContain(way);
    const failed = unitOfWork.run(async () => {
      await asker.requests.ask(reserve('o-2'), { detached: true });
      throw new Error('the unit fails');
    });
    expect(await world.outcome(failed)).toMatchObject({ message: 'the unit fails' });
    expect(world.effects).toEqual(['o-2']);
  });

  it('is waited for no longer when whoever asks does not wish to: sent or not', async () => {
    const { asker, handler } = await world.open();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let heard = 0;
    handler.serve(async (command, context) => {
      heard += 1;
      await gate;
      return world.reserve(command, context);
    });
    const given = new AbortController();
    const silent = asker.requests.ask(reserve('o-1'), { signal: given.signal });
    await world.until(() => heard === 1);
    given.abort();
    expect(await world.outcome(silent)).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    open();
    expect(await world.outcome(asker.requests.ask(reserve('o-2'), { signal: given.signal }))).toMatchObject({ retryable: true });
    expect(asker.requests.status().outstanding).toBe(0);
    const unhurried = new AbortController();
    expect(await world.outcome(asker.requests.ask(reserve('o-3'), { signal: unhurried.signal }))).toEqual({ total: expect.any(Number) });
    unhurried.abort();
    expect(world.effects).toEqual(['o-1', 'o-3']);
  });

  it('leaves a message alone that was sent without asking, and says so where its id is asked for later', async () => {
    const { asker, handler } = await world.open();
    handler.serve(world.reserve);
    const { order } = world;
    const plain = { channel: 'product.commands', key: 'o-1', type: 'stock.reserve', data: { orderId: 'o-1', quantity: 1 } };
    const id = await order.unitOfWork.run((unit) => asker.outbox.enlist(unit, plain));
    await world.until(() => world.effects.length === 1);
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toMatchObject({ code: 'REPLY_NOT_KEPT' });
    expect(world.effects).toEqual(['o-1']);
  });
});

describe('asking again', () => {
  it.each([
    ['the result', 1, { total: 1 }],
    ['the rejection', 9, { code: 'stock.insufficient', message: '9 are not there' }],
  ])('gives %s of the first time, and has no second effect', async (_what, quantity, expected) => {
    const { asker, handler } = await world.open();
    let runs = 0;
    handler.serve((command, context) => (runs++, world.reserve(command, context)));
    const id = uuidv7();
    const command = reserve('o-1', quantity);
    for (let time = 0; time < 3; time += 1) expect(await world.outcome(asker.requests.ask(command, { id }))).toMatchObject(expected);
    expect([world.effects.length, runs]).toEqual([quantity === 1 ? 1 : 0, 1]);
  });

  it('after the time was over gives the first reply', async () => {
    const { asker, handler } = await world.open();
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    handler.serve(async (command, context) => {
      await opened;
      return world.reserve(command, context);
    });
    const error = (await world.outcome(asker.requests.ask(reserve('o-1'), { timeout: '2s' }))) as MinosError;
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    const { requestId: id } = error as MinosError & { requestId: string };
    const again = asker.requests.ask(reserve('o-1'), { id });
    await world.clock.advance(500);
    open();
    expect(await world.outcome(again)).toEqual({ total: 1 });
    expect(world.effects).toEqual(['o-1']);
    expect(asker.requests.status().late).toBe(1);
  });

  it('goes on until the outcome is known', async () => {
    const { asker, handler } = await world.open();
    const { requests } = asker;
    // #region ask-again
    const reserveSurely = async (orderId: string): Promise<{ total: number }> => {
      const id = uuidv7(); // the same in every asking: nothing is done twice
      for (;;) {
        try {
          return await requests.ask(reserve(orderId), { id, timeout: '2s' });
        } catch (error) {
          if (!isMinosError(error, 'OUTCOME_UNKNOWN')) throw error;
        }
      }
    };
    // #endregion
    const outcome = reserveSurely('o-1');
    await world.clock.advance(7_000);
    handler.serve(world.reserve);
    expect(await world.outcome(outcome)).toEqual({ total: expect.any(Number) });
    expect(world.effects).toEqual(['o-1']);
  });

  it('from another instance gives the first reply there', async () => {
    const { asker, handler } = await world.open();
    const other = await world.service('order');
    handler.serve(world.reserve);
    const id = uuidv7();
    const asked = [asker, other, asker].map(({ requests }) => requests.ask(reserve('o-1'), { id }));
    expect(await world.outcome(Promise.all(asked))).toEqual([{ total: 1 }, { total: 1 }, { total: 1 }]);
    expect(world.effects).toEqual(['o-1']);
    expect(asker.requests.status().partition).not.toBe(other.requests.status().partition);
  });

  it('gives the first reply where the handler would now object, once or for ever', async () => {
    const { asker, handler } = await world.open();
    const seen = new Set<string>();
    const consumer = handler.serve((command, context) => {
      if (seen.has(command.orderId)) throw new Error('it exists already');
      seen.add(command.orderId);
      return world.reserve(command, context);
    });
    const id = uuidv7();
    const { broker, log } = { broker: world.broker(), log: world.log };
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    // The relay may publish a request twice, too.
    await broker.publish(log.channel('product.commands').partitions.flatMap((partition) => partition.read(0n, 10) as BrokerMessage[]));
    await world.until(() => consumer.status().counts.duplicates === 1);
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    expect(consumer.status()).toMatchObject({ parkedMessages: 0, counts: { handled: 1, duplicates: 2 } });
  });
});

describe('a request whose time is over', () => {
  it('is not handled, and is when it is asked again with the same id', async () => {
    const { asker, handler } = await world.open();
    const first = asker.requests.ask(reserve('o-1'), { timeout: '1s' });
    const error = (await world.outcome(first)) as MinosError & { requestId: string };
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    await world.clock.advance(5_000);
    const consumer = handler.serve(world.reserve);
    await world.until(() => consumer.status().counts.rejected === 1);
    expect(world.effects).toEqual([]);
    const id = error.requestId;
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    expect(world.effects).toEqual(['o-1']);
  });

  it('stays undone for that asking, however often it is delivered; the asking after it is told its own outcome', async () => {
    const { asker, handler } = await world.open();
    const id = uuidv7();
    const asked = [1, 2].map(() => asker.requests.ask(reserve('o-1'), { id, timeout: '1s' }));
    expect(await world.outcome(Promise.allSettled(asked))).toHaveLength(2);
    await world.clock.advance(5_000);
    const consumer = handler.serve(world.reserve);
    await world.until(() => consumer.status().counts.rejected === 2);
    await handler.stopServing();
    const everything = world.log.channel('product.commands').partitions.flatMap((partition) => partition.read(0n, 10) as BrokerMessage[]);
    // Delivered again, the broker says that they are new: their askings are known to be undone all the same.
    await world.broker().publish(everything);
    const next = handler.serve(world.reserve);
    await world.until(() => next.status().counts.duplicates + next.status().counts.rejected >= 2);
    expect(world.effects).toEqual([]);
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    expect(world.effects).toEqual(['o-1']);
  });

  it('tells its asker, who still waits where its clock is slower', async () => {
    const { asker, handler } = await world.open();
    const first = asker.requests.ask(reserve('o-1'), { timeout: '20s' });
    await world.clock.advance(100);
    // The clock of the handling service is a minute ahead.
    const clock = Object.create(world.clock) as VirtualClock;
    clock.now = () => world.clock.now() + 60_000;
    const ahead = new RequestService({ name: 'product', registry, owner: 'product' }, world.broker(), { ...handler.stores, clock });
    ahead.relay.start();
    ahead.serve(world.reserve);
    const error = (await world.outcome(first)) as MinosError;
    expect(error).toMatchObject({ code: 'REQUEST_EXPIRED', retryable: true });
    await world.outcome(ahead.stop());
    handler.serve(world.reserve);
    const id = String(error.details['requestId']);
    expect(await world.outcome(asker.requests.ask(reserve('o-1'), { id }))).toEqual({ total: 1 });
    expect(world.effects).toEqual(['o-1']);
  });
});

describe('a request that is parked', () => {
  const poison =
    (fixed: () => boolean): Work =>
    (command, context) => {
      if (command.orderId === 'bad' && !fixed()) throw Object.assign(new Error('boom'), { code: 'STOCK_BROKEN\0' });
      return world.reserve(command, context);
    };

  it('is answered KEY_PARKED, also where it only stands behind another; when the key is free the reply is kept', async () => {
    const { asker, handler } = await world.open();
    let fixed = false;
    const consumer = handler.serve(poison(() => fixed));
    const id = uuidv7();
    const first = (await world.outcome(asker.requests.ask(reserve('bad'), { id }))) as MinosError;
    expect(first).toMatchObject({ code: 'KEY_PARKED', details: { cause: 'STOCK_BROKEN\uFFFD', requestId: id } });
    const behind = (await world.outcome(asker.requests.ask(reserve('bad')))) as MinosError;
    expect(behind.code).toBe('KEY_PARKED');
    expect(behind.details['cause']).toBeUndefined();
    expect(await world.outcome(asker.requests.ask(reserve('good')))).toEqual({ total: 1 });
    fixed = true;
    await new ParkedKeys(handler.stores.parked).retry({ key: 'bad' }, { by: 'ann' });
    await world.until(() => consumer.status().parkedMessages === 0);
    expect(await world.outcome(asker.requests.ask(reserve('bad'), { id }))).toEqual({ total: 2 });
    expect(world.effects).toEqual(['good', 'bad', 'bad']);
  });

  it('is not handled any more when its key is retried after its time, but may be asked again', async () => {
    const { asker, handler } = await world.open();
    let fixed = false;
    const consumer = handler.serve(poison(() => fixed));
    const id = uuidv7();
    expect(await world.outcome(asker.requests.ask(reserve('bad'), { id, timeout: '5s' }))).toMatchObject({ code: 'KEY_PARKED' });
    await world.clock.advance(60_000);
    fixed = true;
    await new ParkedKeys(handler.stores.parked).retry({ key: 'bad' }, { by: 'ann' });
    await world.until(() => consumer.status().parkedMessages === 0);
    expect(world.effects).toEqual([]);
    expect(await world.outcome(asker.requests.ask(reserve('bad'), { id }))).toEqual({ total: 1 });
  });

  it('is told so when an operator discards it', async () => {
    const { asker, handler } = await world.open();
    const consumer = handler.serve(poison(() => false));
    const id = uuidv7();
    expect(await world.outcome(asker.requests.ask(reserve('bad'), { id }))).toMatchObject({ code: 'KEY_PARKED' });
    await new ParkedKeys(handler.stores.parked).discard(
      { consumer: 'product.commands', channel: 'product.commands', key: 'bad' },
      { by: 'ann', reason: 'no' },
    );
    await world.until(() => consumer.status().parkedMessages === 0);
    expect(await world.outcome(asker.requests.ask(reserve('bad'), { id }))).toMatchObject({ code: 'REPLY_NOT_KEPT' });
  });

  it('is answered COMMAND_NOT_HANDLED where nobody handles its name, and stays parked', async () => {
    const { asker, handler } = await world.open();
    const consumer = handler.serve(world.reserve);
    const error = (await world.outcome(asker.requests.ask(unheard('o-1')))) as MinosError;
    expect(error).toMatchObject({ code: 'COMMAND_NOT_HANDLED', retryable: false });
    expect(error.message).toContain('stock.unheard');
    expect(consumer.status().parkedMessages).toBe(1);
  });
});

describe('the place for replies', () => {
  it('is another partition for each instance; one too many waits, says why, and gets the place of one that goes', async () => {
    const instances: RequestService[] = [];
    for (let n = 0; n < 4; n += 1) instances.push(await world.service('order'));
    await world.until(() => instances.every(({ requests }) => requests.status().partition !== undefined));
    expect(new Set(instances.map(({ requests }) => requests.status().partition)).size).toBe(4);
    const fifth = await world.service('order');
    await world.until(() => fifth.requests.status().error !== undefined);
    const error = (await world.outcome(fifth.requests.ask(reserve('o-1'), { timeout: '1s' }))) as MinosError;
    expect(error).toMatchObject({ code: 'REPLY_PLACE_MISSING', retryable: true });
    expect(error.message).toContain('All 4 partitions of "order.replies" are leased by other instances');
    const handler = await world.service('product');
    handler.serve(world.reserve);
    const asked = fifth.requests.ask(reserve('o-2'));
    await world.outcome(instances[0]?.requests.close() ?? Promise.reject(new Error('none')));
    expect(await world.outcome(asked)).toEqual({ total: 1 });
  });

  it('is another one when its lease is lost, and what was asked with the old one is still answered', async () => {
    const { asker, handler } = await world.open();
    const asked = asker.requests.ask(reserve('o-1'));
    await world.clock.advance(100);
    const { leases } = world.order;
    const before = asker.requests.status().partition;
    const renew = leases.renew.bind(leases);
    leases.renew = async () => undefined;
    await world.until(() => asker.requests.status().leftPartitions === 1);
    expect(asker.requests.status().outstanding).toBe(1);
    leases.renew = renew;
    await world.until(() => asker.requests.status().partition !== undefined);
    expect(before).toBeDefined();
    handler.serve(world.reserve);
    expect(await world.outcome(asked)).toEqual({ total: 1 });
    await world.until(() => asker.requests.status().leftPartitions === 0);
    expect(await world.outcome(asker.requests.ask(reserve('o-2')))).toEqual({ total: 2 });
  });

  it('comes back with a broker that was away, and no reply is lost', async () => {
    const broker = world.broker();
    const asker = await world.service('order', { silence: '2s' }, broker);
    const handler = await world.service('product');
    await world.until(() => asker.requests.status().partition !== undefined);
    const asked = asker.requests.ask(reserve('o-1'));
    await world.clock.advance(100);
    broker.disconnect();
    handler.serve(world.reserve);
    await world.until(() => world.effects.length === 1);
    await world.clock.advance(5_000);
    expect(asker.requests.status()).toMatchObject({ outstanding: 1, error: { code: 'BROKER_UNAVAILABLE' } });
    broker.reconnect();
    expect(await world.outcome(asked)).toEqual({ total: 1 });
    await world.until(() => asker.requests.status().error === undefined);
  });
});

describe('the end', () => {
  it('refuses what is asked from then on, and waits for what is outstanding', async () => {
    const { asker, handler } = await world.open();
    const asked = asker.requests.ask(reserve('o-1'));
    await world.clock.advance(50);
    const drained = asker.requests.drain('20s');
    expect(await world.outcome(asker.requests.ask(reserve('o-2')))).toMatchObject({ code: 'REQUESTS_CLOSED', retryable: true });
    handler.serve(world.reserve);
    expect(await world.outcome(drained)).toBe(0);
    expect(await asked).toEqual({ total: 1 });
  });

  it('waits no longer than it is told, and what is left ends with OUTCOME_UNKNOWN when it closes', async () => {
    const { asker } = await world.open();
    const asked = asker.requests.ask(reserve('o-1'));
    expect(await world.outcome(asker.requests.drain('2s'))).toBe(1);
    const outcome = world.outcome(asked);
    await world.outcome(asker.requests.close());
    expect(await outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await world.outcome(asker.requests.close());
    expect(asker.requests.status()).toMatchObject({ running: false, outstanding: 0 });
  });
});

it('tells health how long the oldest request waits', async () => {
  const { asker } = await world.open();
  const asked = world.outcome(asker.requests.ask(reserve('o-1'), { timeout: '10s' }));
  await world.clock.advance(1_000);
  void world.outcome(asker.requests.ask(reserve('o-2'), { timeout: '10s' }));
  await world.clock.advance(1_000);
  expect(asker.requests.status()).toMatchObject({ outstanding: 2, oldestMs: expect.closeTo(2_000, -2) });
  await asked;
});

it('sends commands as before: the answer goes to the answers of the service alone', async () => {
  const { asker, handler } = await world.open();
  const { unitOfWork } = world.order;
  await world.broker().ensureChannels([{ name: 'order.answers', partitions: 1 }]);
  handler.serve(world.reserve);
  const id = await new Messages({ service: 'order', outbox: asker.outbox, unitOfWork, registry }).send(reserve('o-1'));
  const answers = world.log.channel('order.answers').partitions[0];
  await world.until(() => answers?.read(0n, 10).length === 1);
  expect(await handler.stores.inbox.reply('product.commands', `5:order#${id}`)).toEqual({
    type: 'minos.result',
    data: { result: { total: 1 } },
  });
  for (const partition of world.log.channel('order.replies').partitions) expect(partition.read(0n, 10)).toEqual([]);
});
