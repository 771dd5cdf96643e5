import assert from 'node:assert/strict';
import type { ContractRunner } from '@minos/common/testing';
import type { StartPosition, StoredMessage } from '../contracts/broker.js';
import { gate, message, stored, texts, textsByKey, within, type BrokerScene } from './broker-scene.js';

/** What one reader gets: a member alone in its group, and a follower. */
export function brokerDeliveryContract(scene: () => BrokerScene, runner: ContractRunner): void {
  runner.describe('a member alone in its group', () => {
    members(scene, runner);
    failures(scene, runner);
  });
  runner.describe('a follower', () => followers(scene, runner));
}

type Scene = () => BrokerScene;

function members(scene: Scene, { it }: ContractRunner): void {
  it('gets all partitions of its channels and every message once, in order', async () => {
    const broker = await scene().broker();
    const channels = [await scene().channel(broker), await scene().channel(broker, 2)];
    const sent = channels.flatMap((channel) => Array.from({ length: 100 }, (_, n) => message(channel, `${channel}-${n % 9}`, String(n))));
    await broker.publish(sent.slice(0, 150));
    const record = scene().record();
    const member = await scene().join(broker, { record, member: 'a', channels, batchSize: 7 });
    await within('the assignment', () => member.status().assignment.length === 6 && member.status().state === 'active');
    await broker.publish(sent.slice(150));
    await within('all messages', () => record.handled.length >= sent.length);
    assert.deepEqual(textsByKey(record.handled), textsByKey(sent));
    assert.ok(record.deliveries.every(({ messages }) => messages.length <= 7));
    assert.ok(member.status().silentMs < 30_000);
    await member.leave();
    await member.leave();
    assert.deepEqual([member.status().state, member.status().assignment], ['left', []]);
    assert.equal(record.holders().size, 0);
    assert.ok(record.count('revoked') >= 6);
  });

  it('begins at the beginning, at the end or at an offset, as assigned() says', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 3);
    const keys = await scene().keys(broker, channel, 3);
    const outcomes = await broker.publish(keys.flatMap((key) => ['1', '2', '3'].map((text) => message(channel, key, text))));
    const [first, second, third] = [stored(outcomes[0]), stored(outcomes[3]), stored(outcomes[6])];
    const starts = new Map<number, StartPosition>([
      [first.partition, 'beginning'],
      [second.partition, stored(outcomes[5]).offset],
      [third.partition, 'end'],
    ]);
    const record = scene().record();
    const behaviour = { start: ({ partition }: { partition: number }) => starts.get(partition) ?? 'beginning' };
    const member = await scene().join(broker, { record, member: 'a', channels: [channel], behaviour });
    await within('the assignment', () => member.status().assignment.length === 3);
    const of = (partition: number): string[] => texts(record.handled.filter((entry) => entry.partition === partition));
    await within('a message behind the end', async () => {
      await broker.publish([message(channel, keys[2] ?? '', 'behind')]);
      return of(third.partition).length > 0;
    });
    await within('the others', () => of(first.partition).includes('3') && of(second.partition).includes('3'));
    assert.deepEqual(of(first.partition).slice(-3), ['1', '2', '3']);
    assert.ok(of(first.partition).length > 3, 'the probes at the beginning are missing');
    assert.deepEqual(of(second.partition), ['3']);
    assert.ok(of(third.partition).every((text) => text === 'behind'));
  });

  it('gets the next messages of a partition when the promise has resolved, while others flow', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const [slow, quick] = (await scene().keys(broker, channel, 2)) as [string, string];
    const record = scene().record();
    const door = gate();
    const handle = (_: unknown, messages: readonly StoredMessage[]): Promise<void> | void => {
      if (messages.some(({ key }) => key === slow)) return door.opened;
    };
    await scene().join(broker, { record, member: 'a', channels: [channel], batchSize: 1, behaviour: { handle } });
    await within('the first of the slow key', () => record.deliveries.some(({ messages }) => messages[0]?.key === slow));
    await broker.publish(['1', '2', '3'].flatMap((text) => [message(channel, slow, text), message(channel, quick, text)]));
    await within('the quick key', () => texts(record.handled).includes('3'));
    assert.equal(record.deliveries.filter(({ messages }) => messages[0]?.key === slow).length, 1);
    door.open();
    await within('the slow key', () => record.handled.some((entry) => entry.key === slow && entry.headers.n === '3'));
  });

  it('can pause a partition and resume it', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const [held, other] = (await scene().keys(broker, channel, 2)) as [string, string];
    const record = scene().record();
    const member = await scene().join(broker, { record, member: 'a', channels: [channel], batchSize: 1 });
    await within('both partitions', () => new Set(record.handled.map(({ key }) => key)).size === 2);
    const place = stored((await broker.publish([message(channel, held, '1')]))[0]);
    member.pause(place);
    member.pause({ channel: 'no-such-channel', partition: 77 });
    const marker = async (text: string): Promise<void> => {
      await broker.publish([message(channel, other, text)]);
      await within(text, () => texts(record.handled).includes(text));
    };
    await marker('marker 1');
    // What was on its way may still arrive; what was published since may not.
    await broker.publish(Array.from({ length: 20 }, (_, n) => message(channel, held, `more ${n}`)));
    await marker('marker 2');
    assert.deepEqual(
      texts(record.handled).filter((text) => text.startsWith('more')),
      [],
    );
    member.resume(place);
    await within('the rest', () => texts(record.handled).includes('more 19'));
  });

  it('joins before the channel is made, and begins when it is', async () => {
    const broker = await scene().broker();
    const record = scene().record();
    const channel = `${scene().groupOf(record)}-channel`;
    const member = await scene().join(broker, { record, member: 'a', channels: [channel] });
    assert.notEqual(member.status().state, 'left');
    await broker.ensureChannels([{ name: channel, partitions: 2 }]);
    await broker.publish([message(channel, 'key', 'text')]);
    await within('the message', () => texts(record.handled).includes('text'));
  });
}

function failures(scene: Scene, { it }: ContractRunner): void {
  it('gets the same messages again after it rejected them', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const sent = Array.from({ length: 20 }, (_, n) => message(channel, `key-${n % 5}`, String(n)));
    await broker.publish(sent);
    const record = scene().record();
    let left = 3;
    const handle = (): void => {
      if (left-- > 0) throw new Error('not now');
    };
    await scene().join(broker, { record, member: 'a', channels: [channel], batchSize: 4, behaviour: { handle } });
    await within('all messages', () => record.handled.length >= sent.length);
    assert.deepEqual(textsByKey(record.handled), textsByKey(sent));
    assert.equal(record.deliveries.filter(({ outcome }) => outcome === 'rejected').length, 3);
  });

  it('joins again after it rejected an assignment', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 3);
    await broker.publish([message(channel, 'key', 'text')]);
    const record = scene().record();
    let failing = true;
    const start = ({ partition }: { partition: number }): StartPosition => {
      if (failing && partition === 1) {
        failing = false;
        throw new Error('the database is away');
      }
      return 'beginning';
    };
    const member = await scene().join(broker, { record, member: 'a', channels: [channel], behaviour: { start } });
    await within('all partitions', () => record.holders().get('a')?.length === 3 && member.status().state === 'active');
    await within('the message', () => texts(record.handled).includes('text'));
    assert.equal(record.count('refused'), 1);
  });

  it('goes on after a rejection of revoked()', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const record = scene().record();
    const release = (): never => {
      throw new Error('it is ignored');
    };
    const member = await scene().join(broker, { record, member: 'a', channels: [channel], behaviour: { release } });
    await within('the assignment', () => member.status().assignment.length === 2);
    await member.leave();
    assert.equal(record.holders().size, 0);
    assert.ok(record.count('revoked') >= 2);
  });
}

function followers(scene: Scene, { it }: ContractRunner): void {
  it('reads one partition from a position, once and in order, beside groups and other followers', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const [key, other] = (await scene().keys(broker, channel, 2)) as [string, string];
    const outcomes = await broker.publish(['1', '2', '3'].map((text) => message(channel, key, text)));
    const partition = { channel, partition: stored(outcomes[0]).partition };
    const follow = async (from: StartPosition): Promise<StoredMessage[]> => {
      const got: StoredMessage[] = [];
      const messages = async (batch: readonly StoredMessage[]): Promise<void> => void got.push(...batch);
      const follower = await broker.follow({ partition, from, messages });
      assert.ok(follower.silentMs() < 30_000);
      return got;
    };
    const [whole, part, fresh] = [await follow('beginning'), await follow(stored(outcomes[1]).offset), await follow('end')];
    await broker.publish([message(channel, other, 'elsewhere')]);
    const behind = await within('a message behind the end', async () => {
      const [outcome] = await broker.publish([message(channel, key, 'behind')]);
      return fresh.length > 0 ? stored(outcome).offset : undefined;
    });
    await within('the others', () => [whole, part, fresh].every((got) => got.at(-1)?.offset === behind));
    assert.deepEqual([...new Set(texts(whole))], ['probe', '1', '2', '3', 'behind']);
    assert.deepEqual([...new Set(texts(part))], ['2', '3', 'behind']);
    assert.deepEqual([...new Set(texts(fresh))], ['behind']);
    for (const got of [whole, part, fresh]) {
      assert.ok(got.every(({ offset }, index) => index === 0 || offset > (got[index - 1]?.offset ?? offset)));
      assert.ok(got.every((entry) => entry.partition === partition.partition));
    }
  });

  it('gets the same again after a rejection, and nothing after close', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 1);
    const got: string[] = [];
    let failing = 2;
    const messages = async (batch: readonly StoredMessage[]): Promise<void> => {
      if (failing-- > 0) throw new Error('not now');
      got.push(...texts(batch));
    };
    await broker.publish(['1', '2'].map((text) => message(channel, 'key', text)));
    const follower = await broker.follow({ partition: { channel, partition: 0 }, from: 'beginning', messages });
    await within('both messages', () => got.length >= 2);
    await follower.close();
    await follower.close();
    await broker.publish([message(channel, 'key', '3')]);
    assert.equal((await scene().read(broker, channel, 3)).length, 3);
    assert.deepEqual(got, ['1', '2']);
  });
}
