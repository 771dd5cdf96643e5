import { adminLogin } from '../start/admin.mjs';
import { secret, secretsOf } from '../start/credentials.mjs';
import { ownFile } from '../start/own-file.mjs';
import { SERVICES } from '../start/services.mjs';

/**
 * What each container is told and nobody else may know: an environment by the name of the container. Made once for a checkout.
 * @returns {Record<string, Record<string, string>>}
 */
export function secretEnvironments() {
  const { password, management } = ownFile('compose.json', () => ({ password: secret(), management: secret() })).content;
  const databaseUrl = (database) => `postgres://minos:${password}@database:5432/${database}`;
  const login = adminLogin().content;
  return {
    database: { POSTGRES_PASSWORD: password },
    migrate: { DATABASE_URL: databaseUrl('postgres') },
    admin: { DATABASE_URL: databaseUrl('auth'), ADMIN_EMAIL: login.email, ADMIN_PASSWORD: login.password },
    ...Object.fromEntries(
      SERVICES.map(({ name }) => [
        name,
        {
          ...(name === 'gateway' ? {} : { DATABASE_URL: databaseUrl(name) }),
          ...secretsOf(name),
          // With which somebody else in their network may read their metrics.
          MINOS_MANAGEMENT_TOKEN: management,
        },
      ]),
    ),
  };
}
