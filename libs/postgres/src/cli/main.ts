import { buffer } from 'node:stream/consumers';
import { runCli } from './cli.js';

void runCli(process.argv.slice(2), {
  folder: process.cwd(),
  databaseUrl: process.env['DATABASE_URL'],
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: () => buffer(process.stdin),
}).then((code) => {
  process.exitCode = code;
});
