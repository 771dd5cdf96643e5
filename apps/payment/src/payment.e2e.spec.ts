import { randomUUID } from 'node:crypto';
import { type CommandResult } from '@minos/common';
import { CommandBus } from '@minos/cqrs';
import { Requests } from '@minos/messaging';
import { CONSISTENCY_HEADER } from '@minos/nest';
import type { TestingApp } from '@minos/nest/testing';
import { CaptureMoney, HoldMoney, RefundMoney, ReleaseMoney } from '@shop/contracts';
import { startServiceOn, SURROUNDINGS } from '../../../tools/testing/service-on.js';
import { PaymentModule } from './payment.module.js';

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly errors?: readonly { path: string; message: string }[];
}

describe.each(SURROUNDINGS)('the payment service on %s and %s', (...surroundings) => {
  let shop: TestingApp;

  beforeAll(async () => {
    shop = await startServiceOn(PaymentModule, ...surroundings);
  });

  afterAll(() => shop.close());

  const open = async (more: object = {}): Promise<string> => {
    const { status, body } = await shop.http.post<{ accountId: string }>('/accounts', more);
    expect(status).toBe(201);
    return body.accountId;
  };
  const deposit = async (accountId: string, amount: number): Promise<void> =>
    expect((await shop.http.post(`/accounts/${accountId}/deposits`, { amount })).status).toBe(200);
  const read = async (accountId: string): Promise<unknown> => (await shop.http.get(`/accounts/${accountId}`)).body;
  const execute = <C extends HoldMoney | ReleaseMoney | CaptureMoney | RefundMoney>(command: C): Promise<CommandResult<C>> =>
    shop.get(CommandBus).execute<C, CommandResult<C>>(command);

  it('opens an account and shows it', async () => {
    const accountId = randomUUID();
    const opened = await shop.http.post('/accounts', { accountId: accountId.toUpperCase(), limit: 500 });
    expect(opened).toMatchObject({ status: 201, body: { accountId } });
    expect(opened.headers.get('location')).toBe(`/accounts/${accountId}`);
    const { status, body } = await shop.http.get(`/accounts/${accountId.toUpperCase()}`);
    expect([status, body]).toEqual([200, { accountId, balance: 0, held: 0, captured: 0, version: 1 }]);
  });

  it('opens an account once, and makes an id where none is given', async () => {
    const accountId = await open();
    expect(await shop.http.post('/accounts', { accountId })).toMatchObject({ status: 409, body: { code: 'AGGREGATE_ALREADY_EXISTS' } });
    expect(await open()).not.toBe(accountId);
    expect(await shop.http.send('POST', '/accounts', {})).toMatchObject({ status: 400, body: { title: 'Bad Request' } });
  });

  it('takes deposits', async () => {
    const accountId = await open();
    const answer = await shop.http.post(`/accounts/${accountId}/deposits`, { amount: 700 });
    expect([answer.status, answer.body]).toEqual([200, { balance: 700, held: 0 }]);
    await execute(new HoldMoney(randomUUID(), accountId, 200));
    expect((await shop.http.post(`/accounts/${accountId}/deposits`, { amount: 50 })).body).toEqual({ balance: 550, held: 200 });
    expect(await read(accountId)).toEqual({ accountId, balance: 550, held: 200, captured: 0, version: 4 });
    expect(await shop.http.post(`/accounts/${randomUUID()}/deposits`, { amount: 1 })).toMatchObject({ status: 404 });
  });

  it('holds, gives back, captures and refunds what orders pay', async () => {
    const accountId = await open({ limit: 500 });
    await deposit(accountId, 1000);
    const [kept, dropped] = [randomUUID(), randomUUID()];
    expect(await execute(new HoldMoney(kept, accountId, 500))).toEqual({ held: 500 });
    expect(await execute(new HoldMoney(kept, accountId, 500))).toEqual({ held: 500 });
    await execute(new HoldMoney(dropped, accountId, 300));
    for (const [account, amount] of [
      [accountId, 201],
      [accountId, 501],
      [randomUUID(), 1],
    ] as const)
      await expect(execute(new HoldMoney(randomUUID(), account, amount))).rejects.toMatchObject({ code: 'payment.declined' });
    expect(await read(accountId)).toMatchObject({ balance: 200, held: 800, captured: 0 });
    await execute(new ReleaseMoney(dropped, accountId));
    expect(await execute(new CaptureMoney(kept, accountId))).toEqual({ captured: 500 });
    expect(await read(accountId)).toMatchObject({ balance: 500, held: 0, captured: 500 });
    await expect(execute(new CaptureMoney(dropped, accountId))).rejects.toMatchObject({ code: 'payment.nothing-held' });
    await expect(execute(new ReleaseMoney(kept, accountId))).rejects.toMatchObject({ code: 'payment.captured' });
    expect(await execute(new RefundMoney(kept, accountId))).toEqual({ refunded: 500 });
    await expect(execute(new RefundMoney(dropped, accountId))).rejects.toMatchObject({ code: 'payment.nothing-captured' });
    expect(await read(accountId)).toEqual({ accountId, balance: 1000, held: 0, captured: 0, version: 7 });
  });

  it('is asked the same over the broker', async () => {
    const requests = shop.get<Requests>(Requests);
    const accountId = await open();
    await deposit(accountId, 100);
    const orderId = randomUUID();
    expect(await requests.ask(new HoldMoney(orderId, accountId, 60))).toEqual({ held: 60 });
    await expect(requests.ask(new HoldMoney(randomUUID(), accountId, 60))).rejects.toMatchObject({ code: 'payment.declined' });
    expect(await requests.ask(new CaptureMoney(orderId, accountId))).toEqual({ captured: 60 });
    expect(await requests.ask(new RefundMoney(orderId, accountId))).toEqual({ refunded: 60 });
    await requests.ask(new ReleaseMoney(randomUUID(), accountId));
    expect(await read(accountId)).toMatchObject({ balance: 100, held: 0, captured: 0 });
  });

  it('holds nothing for an order that was released before, though its account was opened later', async () => {
    const [orderId, accountId] = [randomUUID(), randomUUID()];
    await execute(new ReleaseMoney(orderId, accountId));
    await open({ accountId });
    await deposit(accountId, 100);
    await expect(execute(new HoldMoney(orderId, accountId, 1))).rejects.toMatchObject({ code: 'payment.declined' });
    expect(await read(accountId)).toEqual({ accountId, balance: 100, held: 0, captured: 0, version: 2 });
  });

  it.each([
    [{ accountId: 'x' }, ['accountId']],
    [{ accountId: 5, limit: -1 }, ['accountId', 'limit']],
    [{ limit: 1.5 }, ['limit']],
    [{ limit: '5' }, ['limit']],
    [{ limit: 2 ** 53 }, ['limit']],
    [{ balance: 5 }, ['balance']],
  ])('opens no account of %j', async (given, paths) => {
    const { status, headers, body } = await shop.http.post<Problem>('/accounts', given);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.errors?.map(({ path }) => path).sort()).toEqual(paths);
  });

  it.each([0, -1, 0.5, '5', null, [5], 1_000_000_000_001, 2 ** 53, undefined])('takes no deposit of %j', async (amount) => {
    const accountId = await open();
    const answer = await shop.http.post<Problem>(`/accounts/${accountId}/deposits`, { amount });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'amount' }] } });
    expect(await read(accountId)).toMatchObject({ balance: 0, version: 1 });
  });

  it.each(['[]', '"x"', 'null', '{"amount":', '{"amount":5,"__proto__":{"x":1}}'])('takes no deposit of the body %s', async (body) => {
    const accountId = await open();
    const path = `/accounts/${accountId}/deposits`;
    const answer = await shop.http.send('POST', path, { headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each(['x', '%00', randomUUID(), `${randomUUID()}x`])('answers 404 for /accounts/%s', async (id) => {
    for (const { status, headers } of [
      await shop.http.get(`/accounts/${id}`),
      await shop.http.post(`/accounts/${id}/deposits`, { amount: 1 }),
    ]) {
      expect(status).toBe(404);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('pays in once for one key', async () => {
    const accountId = await open();
    const path = `/accounts/${accountId}/deposits`;
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 4 }, () => shop.http.post(path, { amount: 10 }, key)));
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const again = await shop.http.post(path, { amount: 10 }, key);
    expect([again.status, again.body]).toEqual([200, { balance: 10, held: 0 }]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await shop.http.post(path, { amount: 11 }, key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await read(accountId)).toMatchObject({ balance: 10, version: 2 });
  });

  it('answers as new as the token that a command gave', async () => {
    const accountId = await open();
    const { headers } = await shop.http.post(`/accounts/${accountId}/deposits`, { amount: 10 });
    const token = headers.get(CONSISTENCY_HEADER) ?? '';
    expect((await shop.http.get(`/accounts/${accountId}`, { [CONSISTENCY_HEADER]: token })).status).toBe(200);
    const newer = Buffer.from(JSON.stringify(['payment', `account-${accountId}`, 9])).toString('base64url');
    const late = await shop.http.get(`/accounts/${accountId}`, { [CONSISTENCY_HEADER]: newer });
    expect(late).toMatchObject({ status: 503, body: { code: 'NOT_YET_CONSISTENT' } });
  });

  it('is healthy and has figures', async () => {
    for (const probe of ['live', 'ready', 'startup'])
      expect(await shop.http.get(`/health/${probe}`)).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { body } = await shop.http.get<string>('/metrics');
    expect(body).toMatch(/minos_command_duration_seconds_count\{command="account.open",outcome="ok"\} \d+/);
  });
});
