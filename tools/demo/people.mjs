import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { inParallel } from './in-parallel.mjs';

/** An access token is changed for a new one when so much of its life is over. */
const RENEW_AT = 0.8;
const AT_ONCE = 4;

/**
 * Whoever can ask the shop for something.
 * @typedef {object} Requester
 * @property {(path: string, headers?: Record<string, string>) => Promise<{ status: number, headers: Record<string, string>, body: any }>} get
 * @property {(path: string, body?: object, headers?: Record<string, string>) => Promise<{ status: number, headers: Record<string, string>, body: any }>} post
 */

/** Somebody who is logged in: requests carry the access token, which is renewed in time. */
class Session {
  #client;
  #tokens;
  #renewAt = 0;
  #renewing;

  constructor(client, tokens) {
    this.#client = client;
    this.#take(tokens);
  }

  async get(path, headers = {}) {
    return this.#client.get(path, { ...headers, ...(await this.#authorization()) });
  }

  async post(path, body, headers = {}) {
    return this.#client.post(path, body, { ...headers, ...(await this.#authorization()) });
  }

  async #authorization() {
    if (performance.now() > this.#renewAt) await (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)));
    return { authorization: `Bearer ${this.#tokens.accessToken}` };
  }

  async #renew() {
    this.#take(await posted(this.#client, '/auth/refresh', 200, { refreshToken: this.#tokens.refreshToken }));
  }

  #take(tokens) {
    this.#tokens = tokens;
    this.#renewAt = performance.now() + tokens.expiresIn * 1_000 * RENEW_AT;
  }
}

/**
 * Who runs the shop, and `count` who shop in it: each with requests of its own. Without logins there is one "dev", who is all of them.
 * @returns {Promise<{ logins: boolean, admin: Requester, shoppers: Requester[] }>}
 */
export async function people(client, count) {
  // The auth service may run beside a gateway that asks nobody who they are.
  const { status } = await client.get('/orders?limit=1');
  if (status !== 401) return { logins: false, admin: client, shoppers: Array.from({ length: count }, () => client) };
  const admin = await logInAdmin(client);
  const shoppers = [];
  await inParallel(count, AT_ONCE, 'customers', async (index) => {
    const login = {
      email: `customer-${index}-${randomBytes(6).toString('hex')}@shop.example`,
      password: randomBytes(18).toString('base64url'),
    };
    await posted(client, '/auth/register', 201, login);
    shoppers.push(await logIn(client, login));
  });
  return { logins: true, admin, shoppers };
}

async function logInAdmin(client) {
  const { from, ...login } = adminLogin();
  return logIn(client, login).catch((error) => {
    throw new Error(`${login.email} can not log in as the admin, with the password of ${from}. ${error.message}`, { cause: error });
  });
}

async function logIn(client, login) {
  return new Session(client, await posted(client, '/auth/login', 200, login));
}

function adminLogin() {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = process.env;
  if (email && password) return { email, password, from: 'ADMIN_PASSWORD' };
  const file = join(ROOT, '.minos', 'admin.json');
  if (!existsSync(file))
    throw new Error('There is no .minos/admin.json to say who the admin of this shop is: set ADMIN_EMAIL and ADMIN_PASSWORD.');
  return { ...JSON.parse(readFileSync(file, 'utf8')), from: '.minos/admin.json' };
}

async function posted(client, path, expected, body) {
  const answer = await client.post(path, body);
  if (answer.status !== expected) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
