// Makes the databases of the shop and their roles, with the passwords of ROLE_PASSWORDS (`role:password`, separated by commas), on the server of DATABASE_URL where they are
// missing, and applies what migrations they lack. Each service gets into its own database, and those with messages may use the broker's. Any number of these may run at once.
import { Client } from 'pg';
import { runMinos } from '../start/minos-command.mjs';
import { BROKER, BROKER_USERS, DATABASES } from './databases.mjs';
import { ownedDatabase } from './owned-database.mjs';

const { DATABASE_URL: serverUrl = '', ROLE_PASSWORDS: passwords = '' } = process.env;
const passwordOf = new Map(passwords.split(',').map((entry) => entry.split(':')));
const urls = new Map();

async function minos(name, ...command) {
  const { code, printed } = await runMinos(command, { databaseUrl: urls.get(name) });
  process.stdout.write(`${name}:\n${printed}`);
  if (code !== 0) process.exit(code);
}

const server = new Client({ connectionString: serverUrl });
await server.connect();
try {
  await server.query(`select pg_advisory_lock(hashtextextended('minos.prepare-databases', 0))`);
  await server.query('revoke connect on database postgres, template1 from public');
  for (const name of DATABASES) {
    urls.set(name, await ownedDatabase(server, serverUrl, { name, password: passwordOf.get(name) }));
    await minos(name, ...(name === BROKER ? ['broker', 'migrate'] : ['migrate']));
  }
  for (const role of BROKER_USERS) {
    await server.query(`grant connect on database "${BROKER}" to "${role}"`);
    await minos(BROKER, 'broker', 'admit', '--role', role);
  }
} finally {
  await server.end();
}
