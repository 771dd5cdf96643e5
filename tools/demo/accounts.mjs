import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { inParallel } from './in-parallel.mjs';

const LOOK_MS = 100;
/** How long the last releases and captures may take to arrive. */
const WITHIN_MS = 60_000;

/**
 * Opens an account for each of the clients and pays into it, so many at once; `limit`: the largest single hold, none where it is left out. Resolves with what was paid into
 * each, by account, and whose it is.
 * @template C
 * @param {readonly C[]} clients
 * @param {{ deposit: number, limit?: number, concurrency?: number }} options
 * @returns {Promise<{ deposits: Map<string, number>, owners: { accountId: string, client: C }[] }>}
 */
export async function openAccounts(clients, { deposit, limit, concurrency = 32 }) {
  const deposits = new Map();
  const owners = [];
  await inParallel(clients.length, concurrency, 'accounts', async (index) => {
    const client = clients[index];
    const { accountId } = await posted(client, '/accounts', 201, limit === undefined ? {} : { limit });
    const { balance } = await posted(client, `/accounts/${accountId}/deposits`, 200, { amount: deposit });
    deposits.set(accountId, balance);
    owners.push({ accountId, client });
  });
  return { deposits, owners };
}

/**
 * Whether no cent was lost or made: of each account the balance, what is held and what was captured are what was paid in. Waits a while until nothing is held any more; what
 * is held then is wrong. `captured`: what each account must have paid, where the caller knows.
 * @param {any} client
 * @param {Map<string, number>} deposits as {@link openAccounts} gave them
 * @param {{ captured?: Map<string, number>, concurrency?: number, withinMs?: number }} [options]
 */
export async function checkMoney(client, deposits, options = {}) {
  const { captured, concurrency = 32, withinMs = WITHIN_MS } = options;
  const deadline = Date.now() + withinMs;
  const found = { accounts: deposits.size, deposited: 0, balance: 0, held: 0, captured: 0, wrong: [] };
  const ids = [...deposits.keys()];
  await inParallel(ids.length, concurrency, 'money', async (index) => {
    const accountId = ids[index];
    const expected = { deposit: deposits.get(accountId), captured: captured && (captured.get(accountId) ?? 0) };
    const account = await atRest(client, accountId, { expected, deadline });
    found.deposited += expected.deposit;
    for (const part of ['balance', 'held', 'captured']) found[part] += account[part];
    if (!isRight(account, expected)) found.wrong.push(`${accountId}: ${JSON.stringify({ ...expected, now: account })}`);
  });
  return found;
}

async function atRest(client, accountId, { expected, deadline }) {
  for (;;) {
    const { status, body } = await client.get(`/accounts/${accountId}`);
    if (status !== 200) throw new Error(`GET /accounts/${accountId} answered ${status}: ${JSON.stringify(body)}`);
    if (isRight(body, expected) || !isSound(body, expected) || Date.now() > deadline) return body;
    await sleep(LOOK_MS);
  }
}

const isSound = ({ balance, held, captured }, { deposit }) =>
  balance + held + captured === deposit && [balance, held, captured].every((part) => part >= 0);

const isRight = (account, expected) =>
  isSound(account, expected) && account.held === 0 && (expected.captured === undefined || account.captured === expected.captured);

async function posted(client, path, expected, body) {
  const key = { 'idempotency-key': randomUUID() };
  const answer = await client.post(path, body, key);
  if (answer.status !== expected) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
