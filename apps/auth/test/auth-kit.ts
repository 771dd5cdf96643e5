import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { AUTH_PROBLEM_STATUSES, AUTH_SERVER_OPTIONS, AUTH_STORAGE, type AuthServerOptions, type AuthStorage } from '@minos/auth/server';
import { createTestingApp, type TestingApp, type TestingAppOptions } from '@minos/nest/testing';
import { AuthAppModule } from '../src/auth-app.module.js';

export const PASSWORD = 'a quiet forest';
export const SECRETS = { gateway: randomBytes(32).toString('base64url'), order: randomBytes(32).toString('base64url') };
export const SERVICES = Object.entries(SECRETS)
  .map(([name, secret]) => `${name}:${createHash('sha256').update(secret).digest('hex')}`)
  .join(',');

export interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export interface Person {
  readonly email: string;
  readonly userId: string;
}

/** The service as it is in production, where nobody is `dev`. */
export function startAuth(options: TestingAppOptions = {}, server: AuthServerOptions = {}): Promise<TestingApp> {
  return createTestingApp(AuthAppModule, {
    http: { devPrincipal: false, statuses: AUTH_PROBLEM_STATUSES },
    ...options,
    override: (builder) =>
      builder
        .overrideProvider(AUTH_SERVER_OPTIONS)
        .useValue({ keyEncryptionKey: '22'.repeat(32), services: { known: SERVICES }, revocations: { every: 50 }, ...server }),
  });
}

export const basic = (service: keyof typeof SECRETS, secret = SECRETS[service]): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${service}:${secret}`).toString('base64')}`,
});

export const bearer = ({ accessToken }: Pick<Pair, 'accessToken'>): Record<string, string> => ({ authorization: `Bearer ${accessToken}` });

export async function register({ http }: TestingApp): Promise<Person> {
  const email = `${randomUUID()}@example.org`;
  const { body } = await http.post<{ userId: string }>('/auth/register', { email, password: PASSWORD });
  return { email, userId: body.userId };
}

export async function login({ http }: TestingApp, { email }: Pick<Person, 'email'>): Promise<Pair> {
  const { status, body } = await http.post<Pair>('/auth/login', { email, password: PASSWORD });
  if (status !== 200) throw new Error(`The login was answered ${status} ${JSON.stringify(body)}`);
  return body;
}

/** A person who is registered and has the role `admin`. */
export async function loginAdmin(auth: TestingApp): Promise<Pair & Person> {
  const person = await register(auth);
  await auth.get<AuthStorage>(AUTH_STORAGE).changes.setRoles(person.userId, ['admin'], { subject: 'test' });
  return { ...person, ...(await login(auth, person)) };
}

export interface Reader {
  readonly text: () => string;
  readonly status: number;
  close(): void;
  readonly ended: Promise<void>;
}

/** Reads server-sent events in the background. */
export async function readRevocations({ http }: TestingApp, headers: Record<string, string>): Promise<Reader> {
  const controller = new AbortController();
  const response = await fetch(`${http.url}/auth/revocations`, { headers, signal: controller.signal });
  let text = '';
  const ended = (async () => {
    for await (const piece of response.body as AsyncIterable<Uint8Array>) text += Buffer.from(piece).toString();
  })().catch(() => undefined);
  return { text: () => text, status: response.status, close: () => controller.abort(), ended };
}
