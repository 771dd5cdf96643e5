import { isUuid, MemoryCommitter, MemoryLeases, runInContext, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { Outbox } from './outbox.js';
import { outboxAdd } from './outbox-add.js';
import { outboxHash, slotOfHash } from './outbox-key.js';

const MESSAGE: OutgoingMessage = { channel: 'stock.commands', key: 'order-1', type: 'stock.reserve', data: { lines: [1, 2] } };
const add = (more: Partial<OutgoingMessage> = {}, maxBytes?: number) =>
  outboxAdd({ ...MESSAGE, ...more }, { source: 'order', now: 0, maxBytes });
const refused = (more: Partial<OutgoingMessage>, maxBytes?: number): unknown => {
  try {
    return add(more, maxBytes);
  } catch (error) {
    return error;
  }
};

describe('outboxAdd', () => {
  it('makes headers, body, slot and an id', () => {
    const change = add({ subject: 'order-1', tenant: 'acme', traceparent: '00-aa-bb-01' });
    expect(isUuid(change.messageId)).toBe(true);
    expect(change).toMatchObject({ channel: 'stock.commands', key: 'order-1', tenant: 'acme', body: '{"lines":[1,2]}' });
    expect(change.headers).toEqual({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: change.messageId,
      ce_source: 'order',
      ce_type: 'stock.reserve',
      ce_time: '1970-01-01T00:00:00.000Z',
      ce_subject: 'order-1',
      ce_partitionkey: 'order-1',
      ce_traceparent: '00-aa-bb-01',
      ce_tenant: 'acme',
      ce_schemaversion: '1',
    });
    expect(change.slot).toBe(slotOfHash(outboxHash('stock.commands', 'order-1')));
  });

  it('takes a slot from 0 to 63 for any key, also where the hash is negative', () => {
    const slots = Array.from({ length: 2_000 }, (_, n) => slotOfHash(outboxHash('c', `key-${n}`)));
    expect([Math.min(...slots), Math.max(...slots)]).toEqual([0, 63]);
    expect(new Set(slots).size).toBe(64);
  });

  it.each([
    ['an empty key', { key: '' }, 'its key is empty'],
    ['no key', { key: undefined }, 'its key is missing'],
    ['an empty channel', { channel: '' }, 'its channel is empty'],
    ['an id that is none', { id: '7' }, 'its id "7" is not a UUID'],
    ['a NUL in the key', { key: 'a\0b' }, 'its key has a NUL character'],
    ['half of a character', { channel: 'a\ud83d' }, 'its channel has half of a character'],
    ['a NUL in a header', { subject: 'a\0' }, 'the header ce_subject has a NUL character'],
    ['a key that no consumer could park', { key: 'k'.repeat(2_001) }, 'its key has more than 2000 bytes'],
    ['a type that no consumer takes', { type: 't'.repeat(501) }, 'its type has more than 500 characters'],
    ['claims as an extension', { extensions: { claims: '{}' } }, 'the extension claims is an attribute of the message itself'],
    ['half a principal', { principal: { subject: 'ann' } }, 'the claims of its principal cannot be read: tenant is no text'],
    ['an extension over an attribute', { extensions: { sequence: '1' } }, 'the extension sequence is an attribute of the message itself'],
  ])('refuses %s', (_what, more, fault) => {
    expect(refused(more as Partial<OutgoingMessage>)).toMatchObject({ code: 'OUTBOX_MESSAGE_INVALID', details: { faults: [fault] } });
  });

  it('refuses what is no message of the suite, or no JSON', () => {
    expect(refused({ type: '' })).toMatchObject({ code: 'ENVELOPE_INVALID' });
    expect(refused({ schemaVersion: 0 })).toMatchObject({ code: 'ENVELOPE_INVALID' });
    expect(refused({ data: { at: new Date() } as never })).toMatchObject({ code: 'PAYLOAD_REFUSED', details: { path: 'at' } });
    expect(refused({ data: undefined })).toMatchObject({ code: 'PAYLOAD_REFUSED' });
  });

  it('refuses what is too large, with channel, type, size and limit', () => {
    const size = Buffer.byteLength(JSON.stringify({ text: 'ü'.repeat(600) }));
    const error = refused({ data: { text: 'ü'.repeat(600) } }, 1_000) as Error & { details: { size: number } };
    expect(error).toMatchObject({
      code: 'OUTBOX_MESSAGE_TOO_LARGE',
      details: { channel: 'stock.commands', type: 'stock.reserve', limit: 1_000 },
    });
    expect(error.details.size).toBeGreaterThan(size);
    expect(error.message).toMatch(/stock\.reserve .*"stock\.commands" has \d+ bytes .* limit is 1000/);
    expect(refused({ data: 'x'.repeat(100_000) }, 1_000)).toMatchObject({ code: 'OUTBOX_MESSAGE_TOO_LARGE', details: { size: 8_000 } });
    expect(refused({ data: 'x'.repeat(1_000_000) })).toMatchObject({ code: 'OUTBOX_MESSAGE_TOO_LARGE' });
    expect(add({ data: 'x'.repeat(999_000) }).body).toHaveLength(999_002);
  });

  it('keeps the data as it was', () => {
    const data = { lines: [1] };
    const change = add({ data });
    data.lines.push(2);
    expect(change.body).toBe('{"lines":[1]}');
  });
});

describe('Outbox', () => {
  const setUp = () => {
    const clock = new VirtualClock();
    const leases = new MemoryLeases(clock);
    const store = new MemoryOutboxStore(clock, leases);
    const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock, newId: uuidv7 });
    const stored: number[] = [];
    return {
      unitOfWork,
      stored,
      store,
      outbox: new Outbox({ source: 'order', clock, maxBytes: 2_000, onStored: (slot) => stored.push(slot) }),
    };
  };

  it('fills in tenant, correlation and cause from where it is, and hints after the commit alone', async () => {
    const { unitOfWork, outbox, store, stored } = setUp();
    await runInContext({ correlationId: 'c-1', causationId: 'm-1' }, () =>
      unitOfWork.run(
        (unit) => {
          outbox.enlist(unit, MESSAGE);
          outbox.enlist(unit, { ...MESSAGE, correlationId: 'own', tenant: undefined });
          expect(stored).toEqual([]);
        },
        { tenant: 'acme' },
      ),
    );
    const [first, second] = await store.unsent(stored, 10);
    expect(first?.headers).toMatchObject({ ce_tenant: 'acme', ce_correlationid: 'c-1', ce_causationid: 'm-1' });
    expect(second?.headers).toMatchObject({ ce_tenant: 'acme', ce_correlationid: 'own' });
    expect(stored).toEqual([first?.slot, first?.slot]);
    await expect(
      unitOfWork.run((unit) => {
        outbox.enlist(unit, MESSAGE);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(stored).toHaveLength(2);
  });

  it('refuses at enlist, so that the unit fails where the message is made', async () => {
    const { unitOfWork, outbox } = setUp();
    const sending = unitOfWork.run((unit) => void outbox.enlist(unit, { ...MESSAGE, data: 'x'.repeat(2_000) }));
    await expect(sending).rejects.toMatchObject({ code: 'OUTBOX_MESSAGE_TOO_LARGE' });
  });

  it('names all faults of its options', () => {
    expect(() => new Outbox({ source: '', clock: new VirtualClock(), maxBytes: 0 })).toThrow(/source[\s\S]*maxBytes/);
  });
});
