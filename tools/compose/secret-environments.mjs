import { adminLogin } from '../start/admin.mjs';
import { secret, secretsOf } from '../start/credentials.mjs';
import { ownFile } from '../start/own-file.mjs';
import { SERVICES } from '../start/services.mjs';
import { DATABASES } from './databases.mjs';

const SUPERUSER = 'minos';
const secretFor = (names) => Object.fromEntries(names.map((name) => [name, secret()]));

/**
 * What each container is told and nobody else may know: an environment by the name of the container. Made once for a checkout.
 * @returns {Record<string, Record<string, string>>}
 */
export function secretEnvironments() {
  const { password, roles, managementTokens } = ownFile('compose.json', () => ({
    password: secret(),
    roles: secretFor(DATABASES),
    managementTokens: secretFor(SERVICES.map(({ name }) => name)),
  })).content;
  const databaseUrl = (user, own, database = user) => `postgres://${user}:${own}@database:5432/${database}`;
  const login = adminLogin().content;
  return {
    database: { POSTGRES_PASSWORD: password },
    migrate: {
      DATABASE_URL: databaseUrl(SUPERUSER, password, 'postgres'),
      ROLE_PASSWORDS: DATABASES.map((name) => `${name}:${roles[name]}`).join(','),
    },
    admin: { DATABASE_URL: databaseUrl('auth', roles.auth), ADMIN_EMAIL: login.email, ADMIN_PASSWORD: login.password },
    ...Object.fromEntries(
      SERVICES.map(({ name }) => [
        name,
        {
          ...(name === 'gateway' ? {} : { DATABASE_URL: databaseUrl(name, roles[name]) }),
          ...secretsOf(name),
          // With which somebody else in their network may read its metrics.
          MINOS_MANAGEMENT_TOKEN: managementTokens[name],
        },
      ]),
    ),
  };
}
