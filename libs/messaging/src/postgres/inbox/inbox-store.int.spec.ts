import { uuidv7, type Change } from '@minos/common';
import { until } from '@minos/common/testing';
import { sqlOf } from '@minos/postgres';
import { INBOX_MARK, INBOX_REPLY, MOVE_POSITION, PARTITION_FENCE } from '../../contracts/inbox-store.js';
import { inboxStoreContract } from '../../testing/inbox-store.contract.js';
import { suspectStoreContract } from '../../testing/suspect-store.contract.js';
import { openTestingDatabase } from '../inbox-kit.js';
import { InboxWriter } from './inbox.writer.js';

const open = async () => {
  const opened = await openTestingDatabase();
  const age = async (milliseconds: number): Promise<void> => {
    await opened.database.query(`update minos.inbox set handled_at = handled_at - $1::float8 * interval '1 millisecond'`, [milliseconds]);
  };
  return { ...opened, age };
};

inboxStoreContract(open);
suspectStoreContract(open);

describe('the inbox in PostgreSQL', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => void (opened = await open()));
  afterAll(() => opened.close());
  const hold = async (channel: string = uuidv7()) => {
    const { epoch } = await opened.inbox.takeOver('stock', { channel, partition: 0 });
    return { consumer: 'stock', channel, partition: 0, epoch };
  };
  const mark = (messageId: string): Change => ({ kind: INBOX_MARK, consumer: 'stock', messageId, source: 'orders' }) as Change;
  const fence = (held: object): Change => ({ kind: PARTITION_FENCE, ...held });

  it('commits fenced units of one partition in one batch', async () => {
    const held = await hold();
    const before = opened.committer.statistics();
    const ids = Array.from({ length: 100 }, () => uuidv7());
    await Promise.all(ids.map((id) => opened.unitOfWork.run((unit) => (unit.enlist(mark(id)), unit.enlist(fence(held))))));
    const after = opened.committer.statistics();
    expect(after.units - before.units).toBe(100);
    expect(after.batches - before.batches).toBeLessThan(20);
  });

  it('lets a take-over wait for a unit of the previous owner that is committing, and refuses the next one', async () => {
    const held = await hold();
    const { unitOfWork, inbox, database } = opened;
    let leave: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (leave = resolve));
    let flushed = false;
    const zombie = unitOfWork.run(async (unit) => {
      unit.enlist({ kind: MOVE_POSITION, ...held, next: 4n } as Change);
      await unit.flush();
      flushed = true;
      await inside;
    });
    await until(() => flushed);
    let taken = false;
    const takingOver = inbox.takeOver('stock', held).then((answer) => ((taken = true), answer));
    await until(async () => {
      const { rows } = await database.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length > 0;
    });
    expect(taken).toBe(false);
    const later = unitOfWork.run((unit) => (unit.enlist(mark(uuidv7())), unit.enlist(fence(held))));
    const refused = expect(later).rejects.toMatchObject({ code: 'PARTITION_LOST' });
    leave();
    await zombie;
    expect(await takingOver).toMatchObject({ next: 4n });
    await refused;
  });

  it('refuses a mark at the flush of a pinned unit, and keeps a reply that comes after it', async () => {
    const { unitOfWork, inbox } = opened;
    const id = uuidv7();
    const reply = { type: 'done', data: null };
    await unitOfWork.run(async (unit) => {
      unit.enlist(mark(id));
      await unit.flush();
      await sqlOf(unit).query('select 1');
      unit.enlist({ kind: INBOX_REPLY, consumer: 'stock', messageId: id, reply } as Change);
    });
    expect(await inbox.reply('stock', id)).toEqual(reply);
    const again = unitOfWork.run(async (unit) => {
      unit.enlist(mark(id));
      await unit.flush();
    });
    await expect(again).rejects.toMatchObject({ code: 'MESSAGE_ALREADY_HANDLED' });
  });

  it('finds out whether a mark was stored whose commit got no answer', async () => {
    const writer = new InboxWriter();
    const id = uuidv7();
    const change = { kind: INBOX_MARK, consumer: 'stock', messageId: id, source: 'orders' } as const;
    expect(await writer.find(change, '', opened.database)).toBeUndefined();
    await opened.unitOfWork.run((unit) => void unit.enlist(change));
    expect(await writer.find(change, '', opened.database)).toEqual({ result: undefined });
  });

  it('judges a violation of its key like its check', async () => {
    const change = { kind: INBOX_MARK, consumer: 'stock', messageId: 'm', source: 'orders' } as const;
    const violation = (constraint: string) => ({ databaseError: Object.assign(new Error('duplicate key'), { code: '23505', constraint }) });
    const writer = new InboxWriter();
    expect(await writer.judge(change, violation('inbox_pkey'))).toMatchObject({ error: { code: 'MESSAGE_ALREADY_HANDLED' } });
    expect(await writer.judge(change, violation('users_own_key'))).toBeUndefined();
  });
});
