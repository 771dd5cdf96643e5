import type { WireRecord } from '../client/wire.js';
import { recordsFrom } from './stored-messages.js';

const place = { channel: 'c', partition: 1 };

function record(offset: number, more: Partial<WireRecord> = {}): WireRecord {
  return { key: Buffer.from('k'), value: Buffer.from(String(offset)), offset: String(offset), timestamp: '1700000000000', ...more };
}

const of = (producerId: string): Pick<WireRecord, 'batchContext'> => ({ batchContext: { producerId, inTransaction: true } });
const mark = (offset: number, producerId: string, type: 0 | 1): WireRecord =>
  record(offset, { ...of(producerId), isControlRecord: true, key: Buffer.from([0, 0, 0, type]) });

describe('messages out of what was fetched', () => {
  it('begin at the offset that was asked for, whatever the batch holds before it', () => {
    const fetched = { partition: 1, messages: [record(3), record(4), record(7)] };
    const { messages, next } = recordsFrom(place, fetched, 4n);
    expect(messages.map(({ offset, body }) => [offset, Buffer.from(body).toString()])).toEqual([
      [4n, '4'],
      [7n, '7'],
    ]);
    expect(next).toBe(8n);
    expect(messages[0]).toMatchObject({ ...place, key: 'k', headers: {}, appendedAt: 1_700_000_000_000 });
  });

  it('cope with what other clients write: no key, no value, headers of bytes, given twice or empty', () => {
    const headers = { one: Buffer.from('1'), twice: [Buffer.from('a'), Buffer.from('b')], none: undefined };
    const { messages } = recordsFrom(place, { partition: 1, messages: [record(0, { key: null, value: null, headers })] }, 0n);
    expect(messages[0]).toMatchObject({ key: '', headers: { one: '1', twice: 'b' } });
    expect(messages[0]?.body).toHaveLength(0);
  });

  it('leave out what was rolled back, and the marks of transactions, but go on behind them', () => {
    const messages = [
      record(0, of('1')),
      record(1, of('2')),
      record(2),
      mark(3, '1', 0),
      record(4, of('1')),
      mark(5, '2', 1),
      mark(6, '1', 1),
    ];
    const fetched = { partition: 1, messages, abortedTransactions: [{ producerId: '1', firstOffset: '0' }] };
    const found = recordsFrom(place, fetched, 0n);
    expect(found.messages.map(({ offset }) => offset)).toEqual([1n, 2n, 4n]);
    expect(found.next).toBe(7n);
  });

  it('know of a transaction that was rolled back and began before the offset', () => {
    const fetched = { partition: 1, messages: [record(0, of('1')), record(1, of('1')), mark(2, '1', 0)] };
    const found = recordsFrom(place, { ...fetched, abortedTransactions: [{ producerId: '1', firstOffset: '0' }] }, 1n);
    expect([found.messages, found.next]).toEqual([[], 3n]);
  });
});
