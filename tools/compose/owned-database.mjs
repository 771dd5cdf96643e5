import { createDatabase } from '@minos/embedded-postgres';

/**
 * Makes a database and the role of the same name that owns it, where they are missing, and lets nobody else in. `server` is connected to `serverUrl` as a superuser.
 * Resolves with the URL with which the role logs in. One at a time: changes of the same role at once refuse each other.
 * @param {import('pg').Client} server
 * @param {string} serverUrl
 * @param {{ name: string, password: string }} owner
 */
export async function ownedDatabase(server, serverUrl, { name, password }) {
  const url = new URL(await createDatabase(serverUrl, name));
  const { rowCount } = await server.query('select from pg_roles where rolname = $1', [name]);
  await server.query(`${rowCount === 0 ? 'create' : 'alter'} role "${name}" login password ${server.escapeLiteral(password)}`);
  await server.query(`alter database "${name}" owner to "${name}"`);
  await server.query(`revoke all on database "${name}" from public`);
  return Object.assign(url, { username: name, password }).href;
}
