import { randomBytes } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { Database } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { basic, bearer, type Pair, SECRETS, startAuth } from '../test/auth-kit.js';

/** Everything that is said on any level. */
class Ear implements LoggerService {
  heard = '';

  log(...words: unknown[]): void {
    this.heard += `${words.map((word) => (word instanceof Error ? `${word.message} ${word.stack}` : typeof word === 'string' ? word : JSON.stringify(word))).join(' ')}\n`;
  }
  error = this.log.bind(this);
  warn = this.log.bind(this);
  debug = this.log.bind(this);
  verbose = this.log.bind(this);
  fatal = this.log.bind(this);
}

it('has no secret in a log, an error or a table', async () => {
  const server = await createTestDatabase();
  const ear = new Ear();
  const keyEncryptionKey = randomBytes(32).toString('hex');
  const clientSecret = `canary-${randomBytes(12).toString('hex')}`;
  const provider = { id: 'acme', issuer: 'http://127.0.0.1:9', clientId: 'shop', clientSecret };
  const auth = await startAuth(
    { storage: 'postgres', database: { url: server.url }, logger: ear },
    { keyEncryptionKey, oidc: { providers: [provider], publicUrl: 'http://127.0.0.1:1' } },
  );
  const database = new Database({ connectionString: server.url, max: 1 });
  try {
    const password = `canary ${randomBytes(12).toString('hex')}`;
    const other = `canary ${randomBytes(12).toString('hex')}`;
    const email = 'canary@example.org';
    const secrets = [password, other, keyEncryptionKey, clientSecret, ...Object.values(SECRETS)];
    const errors: unknown[] = [];
    const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
      const answer = await auth.http.post<Pair>(path, body, headers);
      if (answer.status >= 400) errors.push(answer.body);
      else if (typeof answer.body === 'object')
        secrets.push(...[answer.body.accessToken, answer.body.refreshToken].filter((one) => one !== undefined));
      return answer;
    };
    await post('/auth/register', { email, password });
    await post('/auth/register', { email, password: [password] });
    await post('/auth/register', { email: password, password: other, [password]: 1 });
    const { body: first } = await post('/auth/login', { email, password });
    for (let index = 0; index < 8; index++) await post('/auth/login', { email: 'other@example.org', password: other });
    const { body: next } = await post('/auth/refresh', { refreshToken: first.refreshToken });
    await post('/auth/password', { oldPassword: other, newPassword: other }, bearer(next));
    await post('/auth/refresh', { refreshToken: first.refreshToken });
    await post('/auth/logout', undefined, { authorization: `Bearer ${first.accessToken}x` });
    await post('/auth/token', { grant_type: 'client_credentials' }, basic('order'));
    await post('/auth/token', { grant_type: password }, basic('order'));
    await post('/auth/service-keys', { jwk: { d: password }, ttl: 1 }, basic('gateway'));
    errors.push(
      (await auth.http.get('/auth/oidc/acme/login')).body,
      (await auth.http.get('/metrics')).body,
      (await auth.http.get('/health/ready')).body,
    );
    // The database goes away under a request.
    await database.query('alter table minos.auth_accounts rename to hidden');
    expect(await post('/auth/login', { email, password })).toMatchObject({ status: 500 });
    await database.query('alter table minos.hidden rename to auth_accounts');

    const { rows: tables } = await database.query<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname = 'minos'`,
    );
    let stored = '';
    for (const { name } of tables) stored += JSON.stringify((await database.query(`select t::text from ${name} t`)).rows);
    const said = JSON.stringify(errors);
    expect([errors.length > 10, stored.includes('argon2id'), ear.heard.length > 0]).toEqual([true, true, true]);
    // The one who sends a wrong field is shown its name; it stays with them.
    const shown = said
      .replaceAll(`"path":"${password}"`, '')
      .replaceAll(`property ${password} should not exist`, '')
      .replaceAll(password, '');
    for (const secret of secrets) {
      expect([secret.slice(0, 6), ear.heard.includes(secret)]).toEqual([secret.slice(0, 6), false]);
      expect([secret.slice(0, 6), stored.includes(secret)]).toEqual([secret.slice(0, 6), false]);
      expect([secret.slice(0, 6), shown.includes(secret)]).toEqual([secret.slice(0, 6), false]);
    }
    expect(ear.heard).not.toMatch(/BEGIN (RSA )?PRIVATE KEY|argon2id\$/);
  } finally {
    await database.close();
    await auth.close();
    await server.drop();
  }
});
