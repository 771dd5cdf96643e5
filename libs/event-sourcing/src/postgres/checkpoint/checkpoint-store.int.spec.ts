import { SAVE_CHECKPOINT, type SaveCheckpoint } from '../../contracts/checkpoint-store.js';
import { toFeedPosition } from '../../stream/feed-position.js';
import { checkpointStoreContract } from '../../testing/checkpoint-store.contract.js';
import { openTestingStore } from '../testing-store.js';
import { CheckpointWriter } from './checkpoint-writer.js';
import { PostgresCheckpointStore } from './postgres-checkpoint-store.js';

const open = async () => {
  const opened = await openTestingStore({ writers: [new CheckpointWriter()] });
  return { ...opened, checkpoints: new PostgresCheckpointStore(opened.database) };
};

checkpointStoreContract(open);

describe('CheckpointWriter', () => {
  it('moves one checkpoint twice in a unit, and many in one batch with a verdict each', async () => {
    const { unitOfWork, checkpoints, close } = await open();
    const move = (subscription: string, from: number | undefined, to: number): SaveCheckpoint => ({
      kind: SAVE_CHECKPOINT,
      subscription,
      from: from === undefined ? undefined : toFeedPosition(from),
      to: toFeedPosition(to),
    });
    await unitOfWork.run((unit) => {
      unit.enlist(move('twice', undefined, 1));
      unit.enlist(move('twice', 1, 2));
    });
    await expect(
      unitOfWork.run((unit) => {
        unit.enlist(move('twice', 2, 3));
        unit.enlist(move('twice', 2, 4));
      }),
    ).rejects.toMatchObject({ code: 'CHECKPOINT_MOVED', details: { found: '3' } });
    const many = Array.from({ length: 20 }, (_, n) =>
      unitOfWork.run((unit) => void unit.enlist(move(`many-${n}`, n % 5 === 0 ? 7 : undefined, 1))),
    );
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4);
    expect([await checkpoints.load('twice'), await checkpoints.load('many-0'), await checkpoints.load('many-1')]).toEqual([
      '2',
      undefined,
      '1',
    ]);
    await close();
  });

  it('finds out whether a move took place whose commit got no answer', async () => {
    const { database, checkpoints, close } = await open();
    const writer = new CheckpointWriter();
    const change: SaveCheckpoint = { kind: SAVE_CHECKPOINT, subscription: 'lost', from: toFeedPosition(1), to: toFeedPosition(2) };
    await checkpoints.reset('lost', toFeedPosition(1));
    expect(await writer.find(change, '', database)).toBeUndefined();
    await checkpoints.reset('lost', toFeedPosition(2));
    expect(await writer.find(change, '', database)).toEqual({ result: '2' });
    await checkpoints.reset('lost', toFeedPosition(9));
    expect(await writer.find(change, '', database)).toBe('unknowable');
    await close();
  });
});
