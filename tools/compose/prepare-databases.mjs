// Makes the databases of the shop on the server of DATABASE_URL where they are missing, and applies what migrations they lack. Any number of these may run at once.
import { createDatabase } from '@minos/embedded-postgres';
import { runMinos } from '../start/minos-command.mjs';
import { SERVICES } from '../start/services.mjs';

const { DATABASE_URL: server = '' } = process.env;
/** The gateway keeps nothing. */
const services = SERVICES.map(({ name }) => name).filter((name) => name !== 'gateway');
const commands = new Map([...services.map((name) => [name, ['migrate']]), ['minos_broker', ['broker', 'migrate']]]);

for (const [name, command] of commands) {
  const { code, printed } = await runMinos(command, { databaseUrl: await createDatabase(server, name) });
  process.stdout.write(`${name}:\n${printed}`);
  if (code !== 0) process.exit(code);
}
