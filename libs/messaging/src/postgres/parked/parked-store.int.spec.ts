import { until } from '@minos/common/testing';
import { uuidv7 } from '@minos/common';
import { PARK_MESSAGE, UNPARK_MESSAGE, type ParkMessage } from '../../contracts/parked-store.js';
import { parkedStoreContract } from '../../testing/parked-store.contract.js';
import { openTestingDatabase } from '../inbox-kit.js';
import { ParkedWriter } from './parked.writer.js';

const open = async () => {
  const opened = await openTestingDatabase();
  const pass = async (milliseconds: number): Promise<void> => {
    const end = performance.now() + milliseconds;
    await until(() => performance.now() > end);
  };
  return { ...opened, pass };
};

parkedStoreContract(open);

describe('parked messages in PostgreSQL', () => {
  it('finds out whether a change was stored whose commit got no answer', async () => {
    const { database, unitOfWork, parked, close } = await open();
    const writer = new ParkedWriter();
    const ref = { consumer: 'stock', channel: uuidv7(), key: 'k' };
    const stored = { ...ref, partition: 0, offset: 4n, appendedAt: 1.5, headers: {}, body: Buffer.alloc(0) };
    const park: ParkMessage = { kind: PARK_MESSAGE, consumer: 'stock', messageId: 'm', type: 't', stored, attempts: 0, codeVersion: '' };
    expect(await writer.find(park, '', database)).toBeUndefined();
    await unitOfWork.run((unit) => void unit.enlist(park));
    expect(await writer.find(park, '', database)).toEqual({ result: undefined });
    const place = (await parked.first(ref))?.place ?? 0n;
    const unpark = { kind: UNPARK_MESSAGE, ...ref, place } as const;
    expect(await writer.find(unpark, '', database)).toBeUndefined();
    await unitOfWork.run((unit) => void unit.enlist(unpark));
    expect(await writer.find(unpark, '', database)).toEqual({ result: { left: false } });
    await close();
  });
});
