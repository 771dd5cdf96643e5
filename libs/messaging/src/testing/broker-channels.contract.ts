import assert from 'node:assert/strict';
import { MinosError } from '@minos/common';
import { rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { Broker } from '../contracts/broker.js';
import { message, stored, unique, within, type BrokerScene } from './broker-scene.js';

/** Channels, their description, and the end of a broker object. */
export function brokerChannelsContract(scene: () => BrokerScene, { describe, it }: ContractRunner): void {
  describe('channels', () => {
    it('are made as they are defined, with defaults', async () => {
      const broker = await scene().broker();
      const [plain, kept] = [unique('plain'), unique('kept')];
      await broker.ensureChannels([{ name: plain }, { name: kept, partitions: 3, retentionMs: 'forever' }]);
      const first = await broker.describe(plain);
      assert.deepEqual([first.name, first.partitions.length, first.retentionMs], [plain, 12, 7 * 24 * 3_600_000]);
      const second = await broker.describe(kept);
      assert.deepEqual([second.name, second.retentionMs], [kept, 'forever']);
      assert.deepEqual(
        second.partitions.map(({ channel, partition }) => [channel, partition]),
        [0, 1, 2].map((partition) => [kept, partition]),
      );
      for (const { earliest, next } of second.partitions) assert.equal(earliest, next);
    });

    it('count in a log that has one name for every client', async () => {
      const [one, other] = [await scene().broker(), await scene().broker()];
      const origin = await one.origin();
      assert.notEqual(origin, '');
      assert.deepEqual([await one.origin(), await other.origin()], [origin, origin]);
    });

    it('can be ensured again, and by several at once', async () => {
      const brokers = [await scene().broker(), await scene().broker()];
      const definitions = [unique('a'), unique('b'), unique('c')].map((name) => ({ name, partitions: 2 }));
      await Promise.all([...brokers, ...brokers, ...brokers].map((broker) => broker.ensureChannels(definitions)));
      await brokers[0]?.ensureChannels(definitions);
      for (const broker of brokers) {
        for (const { name } of definitions) {
          assert.equal((await broker.describe(name)).partitions.length, 2);
          stored((await broker.publish([message(name, 'key', 'text')]))[0]);
        }
      }
    });

    it('refuse another number of partitions, and nothing is changed', async () => {
      const broker = await scene().broker();
      const [fresh, existing, late] = [unique('fresh'), unique('existing'), unique('late')];
      await broker.ensureChannels([{ name: existing, partitions: 4 }]);
      const definitions = [
        { name: fresh, partitions: 2 },
        { name: existing, partitions: 5 },
        { name: late, partitions: 2 },
      ];
      await rejectsWith('CHANNEL_PARTITIONS_CHANGED', broker.ensureChannels(definitions));
      await rejectsWith('CHANNEL_UNKNOWN', broker.describe(fresh));
      await rejectsWith('CHANNEL_UNKNOWN', broker.describe(late));
      assert.equal((await broker.describe(existing)).partitions.length, 4);
    });

    it('describe what they hold', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker, 2);
      const outcomes = await broker.publish(['1', '2', '3'].map((text) => message(channel, 'key', text)));
      const { partition, offset: first } = stored(outcomes[0]);
      const { partitions } = await broker.describe(channel);
      const [busy, quiet] = [partitions[partition], partitions[1 - partition]];
      assert.ok(busy !== undefined && busy.earliest <= first && busy.next > stored(outcomes[2]).offset);
      assert.equal(quiet?.earliest, quiet?.next);
    });

    it('are unknown until they are made', async () => {
      const broker = await scene().broker();
      await rejectsWith('CHANNEL_UNKNOWN', broker.describe(unique('never')));
    });

    it('are named by errors as the caller names them', async () => {
      const broker = await scene().broker();
      const [never, existing] = [unique('never'), unique('existing')];
      await broker.ensureChannels([{ name: existing, partitions: 4 }]);
      const calls = [
        () => broker.describe(never),
        () => broker.partitionOf(never, 'key'),
        () => broker.publish([message(never, 'key', 'text')]),
        () => broker.lag(unique('group'), [never]),
      ];
      for (const call of calls) assert.equal(await channelInError(call()), never);
      assert.equal(await channelInError(broker.ensureChannels([{ name: existing, partitions: 5 }])), existing);
    });
  });

  describe('close', () => {
    it('ends publishing that has begun, members and followers, and refuses every call afterwards', async () => {
      const [broker, other] = [await scene().broker(), await scene().broker()];
      const channel = await scene().channel(broker);
      const record = scene().record();
      const member = await scene().join(broker, { record, member: 'a', channels: [channel] });
      await within('the assignment', () => member.status().assignment.length === 4);
      await broker.follow({ partition: { channel, partition: 0 }, from: 'beginning', messages: () => Promise.resolve() });
      const publishing = broker.publish([message(channel, 'key', 'text')]);
      await Promise.all([broker.close(), broker.close()]);
      await broker.close();
      stored((await publishing)[0]);
      assert.deepEqual([member.status().state, member.status().assignment, record.holders().size], ['left', [], 0]);
      assert.ok(record.count('revoked') >= 4);
      await member.leave();
      for (const call of everyCall(broker, channel)) await rejectsWith('BROKER_CLOSED', call());
      stored((await other.publish([message(channel, 'key', 'text')]))[0]);
    });

    it('stops delivery', async () => {
      const [broker, other] = [await scene().broker(), await scene().broker()];
      const channel = await scene().channel(broker, 1);
      const record = scene().record();
      await scene().join(broker, { record, member: 'a', channels: [channel] });
      await other.publish([message(channel, 'key', 'before')]);
      await within('the first message', () => record.handled.length === 1);
      await broker.close();
      await other.publish([message(channel, 'key', 'behind')]);
      assert.equal((await scene().read(other, channel, 2)).length, 2);
      assert.equal(record.handled.length, 1);
    });
  });
}

function everyCall(broker: Broker, channel: string): (() => Promise<unknown>)[] {
  const messages = (): Promise<void> => Promise.resolve();
  const listener = { assigned: () => Promise.resolve('beginning' as const), revoked: messages, messages };
  return [
    () => broker.ensureChannels([{ name: channel, partitions: 4 }]),
    () => broker.publish([message(channel, 'key', 'text')]),
    () => broker.partitionOf(channel, 'key'),
    () => broker.join({ group: unique('group'), member: 'm', channels: [channel], listener }),
    () => broker.follow({ partition: { channel, partition: 0 }, from: 'end', messages }),
    () => broker.describe(channel),
    () => broker.lag('group', [channel]),
  ];
}

/** Which channel the error names that the call rejects with. */
async function channelInError(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MinosError);
  return error.details['channel'];
}
