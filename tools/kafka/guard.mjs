// @ts-check
// Runs one broker for the process that started this one, and ends it when that process is gone, however it ended.
import { spawn } from 'node:child_process';

const child = spawn('java', process.argv.slice(2), { stdio: 'ignore' });
child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('error', () => process.exit(1));
child.once('exit', () => process.exit(0));
process.on('disconnect', () => child.kill('SIGKILL'));
