// Writes `.minos/compose/<container>.env`, one for each container of docker-compose.yml that has secrets: npm run compose:secrets. What was made before stays as it is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { secretEnvironments } from './secret-environments.mjs';

const folder = join(ROOT, '.minos', 'compose');
mkdirSync(folder, { recursive: true, mode: 0o700 });
for (const [container, variables] of Object.entries(secretEnvironments())) {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, `${container}.env`), lines.join(''), { mode: 0o600 });
}
process.stdout.write(`The secrets of the containers are in .minos/compose, the login of the admin in .minos/admin.json.

docker compose --profile services up --build --wait   starts the shop at http://127.0.0.1:8080
docker compose run --rm admin                         makes the admin
`);
