import assert from 'node:assert/strict';
import { isMinosError } from '@minos/common';
import { rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { BrokerMessage } from '../contracts/broker.js';
import { message, stored, textsByKey, unique, type BrokerScene } from './broker-scene.js';

const MINUTES = 60_000;

/** Publishing: outcomes, order, what is carried and what is refused. */
export function brokerPublishingContract(scene: () => BrokerScene, { describe, it }: ContractRunner): void {
  describe('publishing', () => {
    it('answers where each message stands, in their order, and keeps the order of each key in one partition', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker);
      const messages = Array.from({ length: 120 }, (_, n) => message(channel, `key-${n % 12}`, String(n)));
      const places = (await broker.publish(messages)).map(stored);
      assert.equal(places.length, messages.length);
      const read = await scene().read(broker, channel, messages.length);
      assert.deepEqual(textsByKey(read), textsByKey(messages));
      const found = new Map(read.map((entry) => [`${entry.partition}/${entry.offset}`, entry]));
      for (const [index, place] of places.entries()) {
        assert.equal(place.channel, channel);
        assert.equal(found.get(`${place.partition}/${place.offset}`)?.headers.n, String(index));
        assert.equal(place.partition, places[index % 12]?.partition);
      }
      assert.ok(new Set(places.map(({ partition }) => partition)).size > 1, 'twelve keys are all in one partition');
    });

    it('puts a key into the same partition, whoever publishes it', async () => {
      const brokers = [await scene().broker(), await scene().broker()];
      const [first] = brokers;
      assert.ok(first);
      const channel = await scene().channel(first, 12);
      const keys = Array.from({ length: 30 }, (_, n) => `${n}-schlüssel-鍵-🔑`);
      const places = await Promise.all(
        brokers.map(async (broker) => {
          const outcomes = await broker.publish(keys.map((key) => message(channel, key, 'text')));
          return outcomes.map((outcome) => stored(outcome).partition);
        }),
      );
      assert.deepEqual(places[0], places[1]);
    });

    it('tells where a key goes before anything is published, and refuses an unknown channel', async () => {
      const [broker, other] = [await scene().broker(), await scene().broker()];
      const channel = await scene().channel(broker, 12);
      const keys = Array.from({ length: 30 }, (_, n) => `${n}-schlüssel-鍵-🔑`);
      const told = await Promise.all(keys.map((key) => broker.partitionOf(channel, key)));
      assert.deepEqual(await Promise.all(keys.map((key) => other.partitionOf(channel, key))), told);
      const outcomes = await broker.publish(keys.map((key) => message(channel, key, 'text')));
      assert.deepEqual(
        outcomes.map((outcome) => stored(outcome).partition),
        told,
      );
      await rejectsWith('CHANNEL_UNKNOWN', broker.partitionOf(unique('never'), 'key'));
    });

    it('keeps the order of calls that overlap, for each key', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker);
      const calls = Array.from({ length: 60 }, (_, call) =>
        Array.from({ length: 1 + (call % 5) }, (__, n) => message(channel, `key-${(call + n) % 7}`, `${call}.${n}`)),
      );
      const outcomes = await Promise.all(calls.map((messages) => broker.publish(messages)));
      for (const outcome of outcomes.flat()) stored(outcome);
      const read = await scene().read(broker, channel, calls.flat().length);
      assert.deepEqual(textsByKey(read), textsByKey(calls.flat()));
    });

    it('refuses an unknown channel before anything is stored', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker);
      await rejectsWith('CHANNEL_UNKNOWN', broker.publish([message(channel, 'key', 'text'), message(unique('never'), 'key', 'text')]));
      for (const { earliest, next } of (await broker.describe(channel)).partitions) assert.equal(earliest, next);
    });

    it('carries keys, headers and bodies as they are', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker, 1);
      const bytes = Uint8Array.from({ length: 1024 }, (_, n) => n % 256);
      const sent: BrokerMessage[] = [
        { channel, key: 'binary', headers: {}, body: bytes },
        { channel, key: 'empty', headers: { empty: '', space: ' a  b ' }, body: new Uint8Array(0) },
        {
          channel,
          key: 'clé 🔑 / "\'\\',
          headers: { text: 'Grüße, 世界 🌍\n\t"\\\'', ce_id: '1', 'x-y.z': '%25' },
          body: Buffer.from('{}'),
        },
        { channel, key: 'window', headers: { a: 'a' }, body: bytes.subarray(100, 200) },
      ];
      const from = Date.now();
      await broker.publish(sent);
      const read = await scene().read(broker, channel, sent.length);
      assert.equal(read.length, sent.length);
      for (const { key, headers, body } of sent) {
        const got = read.find((entry) => entry.key === key);
        assert.ok(got, `nothing has the key ${key}`);
        assert.deepEqual({ ...got.headers }, headers);
        assert.deepEqual(Buffer.from(got.body), Buffer.from(body));
      }
      for (const { appendedAt } of read) assert.ok(Math.abs(appendedAt - from) < 10 * MINUTES, `appended at ${appendedAt}`);
    });

    it('refuses what it can never take, and stores the others of the call in order', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker);
      const good = ['1', '2', '3', '4'].map((text) => message(channel, 'key', text));
      const [one, two, three, four] = good as [BrokerMessage, BrokerMessage, BrokerMessage, BrokerMessage];
      const large = { ...one, key: 'large', body: Buffer.alloc(scene().subject.tooLarge, 'x') };
      const noKey = { ...one, key: '' };
      const noText = { ...one, key: 'other', headers: { n: 1 as unknown as string } };
      const outcomes = await broker.publish([one, large, two, noKey, three, noText, four]);
      assert.deepEqual(
        outcomes.map((outcome) => 'refused' in outcome && isMinosError(outcome.refused, 'MESSAGE_UNPUBLISHABLE')),
        [false, true, false, true, false, true, false],
      );
      assert.deepEqual(textsByKey(await scene().read(broker, channel, 4)), textsByKey(good));
      const onlyBad = await broker.publish([noKey]);
      assert.ok(onlyBad[0] !== undefined && 'refused' in onlyBad[0]);
    });

    it('stores nothing of a key behind a message of it that it refuses, in that call', async () => {
      const broker = await scene().broker();
      const channel = await scene().channel(broker, 1);
      const large = { ...message(channel, 'a', 'large'), body: Buffer.alloc(scene().subject.tooLarge, 'x') };
      const call = [message(channel, 'a', '1'), message(channel, 'b', '1'), large, message(channel, 'a', '2'), message(channel, 'b', '2')];
      const codeOf = (error: unknown): string => (isMinosError(error) ? error.code : String(error));
      const outcomes = await broker.publish([...call, message(channel, 'a', '3')]);
      assert.deepEqual(
        outcomes.map((outcome) => ('refused' in outcome ? codeOf(outcome.refused) : 'stored')),
        ['stored', 'stored', 'MESSAGE_UNPUBLISHABLE', 'MESSAGE_HELD_BACK', 'stored', 'MESSAGE_HELD_BACK'],
      );
      (await broker.publish([message(channel, 'a', '4')])).map(stored);
      assert.deepEqual(textsByKey(await scene().read(broker, channel, 4)), { a: ['1', '4'], b: ['1', '2'] });
    });

    it('does nothing without messages', async () => {
      assert.deepEqual(await (await scene().broker()).publish([]), []);
    });
  });
}
