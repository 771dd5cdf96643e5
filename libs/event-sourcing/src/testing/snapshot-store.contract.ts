import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { globalRunner, type ContractRunner } from '@minos/common/testing';
import type { Snapshot, SnapshotStore } from '../contracts/snapshot-store.js';
import { streamName } from '../stream/stream-name.js';

export interface SnapshotStoreUnderTest {
  readonly snapshots: SnapshotStore;
  close?(): Promise<void>;
}

/** Every adapter of {@link SnapshotStore} passes this. */
export function snapshotStoreContract(open: () => Promise<SnapshotStoreUnderTest>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after } = runner;
  const snapshot = (version: number, more: Partial<Snapshot> = {}): Snapshot => ({
    stream: streamName('thing', uuidv7()),
    version,
    stateVersion: 1,
    state: { version, deep: [{ text: 'ü' }, null] },
    ...more,
  });

  describe('the contract of snapshot stores', () => {
    let opened: SnapshotStoreUnderTest;
    before(async () => void (opened = await open()));
    after(async () => opened.close?.());

    it('gives back what was saved', async () => {
      const { snapshots } = opened;
      const saved = snapshot(10);
      assert.equal(await snapshots.load(saved.stream, 1, ''), undefined);
      await snapshots.save(saved, '');
      assert.deepEqual(await snapshots.load(saved.stream, 1, ''), saved);
    });

    it('keeps the highest version, whatever comes late', async () => {
      const { snapshots } = opened;
      const newest = snapshot(30);
      await snapshots.save(snapshot(10, { stream: newest.stream }), '');
      await snapshots.save(newest, '');
      await snapshots.save(snapshot(20, { stream: newest.stream }), '');
      assert.deepEqual(await snapshots.load(newest.stream, 1, ''), newest);
    });

    it('keeps state versions and tenants apart', async () => {
      const { snapshots } = opened;
      const one = snapshot(10);
      const two = snapshot(5, { stream: one.stream, stateVersion: 2 });
      await snapshots.save(one, '');
      await snapshots.save(two, '');
      assert.deepEqual(await snapshots.load(one.stream, 1, ''), one);
      assert.deepEqual(await snapshots.load(one.stream, 2, ''), two);
      assert.equal(await snapshots.load(one.stream, 1, 'acme'), undefined);
    });
  });
}
