// The generators by a whole Nest CLI: what they write compiles, lints, and its specs pass; a second run changes nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GENERATED = [
  ['aggregate', 'order'],
  ['command', 'order/create-order'],
  ['command', 'order/place-order'],
  ['event', 'order/order-placed', '--flat'],
  ['query', 'order/get-order'],
  ['projection', 'order/order-list'],
  ['saga', 'order/checkout'],
  ['command', 'send-reminder', '--no-spec'],
  ['event', 'letter-sent'],
];

function run(command, args, environment = {}) {
  console.log(`$ ${command} ${args.join(' ')}`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, printed: stdout + stderr };
}

function must(command, args, environment) {
  const { status, printed } = run(command, args, environment);
  assert.equal(status, 0, `${command} ${args.join(' ')} ended with ${status}:\n${printed}`);
  return printed;
}

const generate = (...args) => run('npx', ['--no-install', 'nest', 'generate', '-c', '@minos/schematics', ...args]).printed;

/** Every source file with its text. */
function sources() {
  const entries = readdirSync('src', { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(file, 'utf8')]));
}

const add = () => must('npx', ['--no-install', 'nest', 'add', '@minos/nest', '--skip-install', '--service=shop']);
assert.match(add(), /UPDATE.* src\/app.module.ts[^]*UPDATE.* src\/main.ts[^]*UPDATE.* package.json/);
must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']);
for (const args of GENERATED) assert.match(generate(...args), /CREATE/, args.join(' '));

const once = sources();
assert.match(add(), /Nothing to be done/);
// The aggregate has changed since: what the others added to it must not be lost.
assert.match(generate(...GENERATED[0]), /order\.aggregate\.ts exists/);
for (const args of GENERATED.slice(1)) assert.match(generate(...args), /Nothing to be done/, args.join(' '));
assert.match(generate('command', 'order/9lives'), /The option "name" is "order\/9lives"/);
assert.match(generate('command', 'order/pay-order', '--dry-run'), /No files written to disk/);
assert.deepEqual(sources(), once);

const options = ['--name=sales/place', '--aggregate=order', '--name-on-wire=sales.place'];
must('npx', ['--no-install', 'schematics', '@minos/schematics:command', ...options]);
assert.match(sources()[join('src', 'sales', 'place', 'place.command.ts')], /@Command\('sales\.place', \{ owner: 'shop' \}\)/);

must('npm', ['run', 'build']);
must('npm', ['run', 'lint']);
must('npx', ['--no-install', 'prettier', '--check', 'src']);
must('npm', ['test'], { MINOS_UPDATE_NAMES: '1' });
must('npm', ['test'], { MINOS_UPDATE_NAMES: '' });
const { commands } = JSON.parse(readFileSync('minos.names.json', 'utf8'));
const OF_THE_SAGA = ['checkout.begin', 'checkout.finish', 'checkout.undo'];
assert.deepEqual(commands, [...OF_THE_SAGA, 'order.create', 'order.place', 'sales.place', 'shop.send-reminder']);
console.log('the generators of @minos/schematics: ok');
