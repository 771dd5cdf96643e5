import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { scratchServer, type ScratchServer } from '../../../../../tools/testing/scratch-server.js';
import { cutCommits, cutNaively } from './cut-commits.js';
import { openTestingStore } from '../testing-store.js';
import type { Task } from './fault-child.js';
import type { RestartVerdict } from './restart-load.js';
import { openProcess, staleRejections } from './stale-rejections.js';

jest.setTimeout(600_000);

const NOTHING_WRONG = { lost: 0, twice: 0, denied: 0, torn: 0, gaps: 0 };
const report = (what: string, figures: unknown): void => void process.stdout.write(`${what} ${JSON.stringify(figures)}\n`);

describe('commits and faults, full counts', () => {
  it.each(['group', 'pinned'] as const)('200 connections cut: %s', async (mode) => {
    const verdict = await cutCommits({ mode, cuts: 200 });
    report(`cut ${mode}`, verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
  });

  it('control: 200 connections cut under a client that tries again', async () => {
    const twice = await cutNaively(200);
    report('control', { twice });
    expect(twice).toBeGreaterThanOrEqual(90);
  });

  it('10 crashes of the server under a process that dies of an unhandled rejection', async () => {
    const server = await scratchServer();
    const child = startChild(server);
    const verdict = (await child.ask({ kind: 'load', url: server.url, restarts: 10 })) as RestartVerdict;
    report('crashes', verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.longestMs).toBeLessThan(10_000);
    expect(verdict.recoveryMs).toBeLessThan(3_000);
    child.stop();
    await server.remove();
  });

  it('a rejection of another process never follows from a version older than the last acknowledged', async () => {
    const { url, close } = await openTestingStore();
    const child = startChild();
    const one = await openProcess(url);
    expect(await staleRejections(one, async (id, by) => String(await child.ask({ kind: 'confirm', id, by, url })), 500)).toBe(0);
    child.stop();
    await one.close();
    await close();
  });
});

const SCRIPT = resolve(__dirname, '../../../dist/postgres/event-store/fault-child.js');

/** A process of its own on the built package. What it asks of the server is done here. */
function startChild(server?: ScratchServer) {
  const child = spawn(process.execPath, ['-e', `require(${JSON.stringify(SCRIPT)}).serveParent()`], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  child.on('message', (message: { number?: number; result?: unknown; server?: string }) => {
    if (message.number !== undefined) return open.get(message.number)?.resolve(message.result);
    const done = message.server === 'start' ? server?.start() : server?.kill(message.server as 'SIGQUIT');
    void done?.then(() => child.send({ server: 'done' }));
  });
  child.once('exit', (code) => open.forEach(({ reject }) => reject(new Error(`The child process ended with ${String(code)}.`))));
  return {
    ask: (task: Task): Promise<unknown> =>
      new Promise((done, reject) => {
        const number = ++last;
        open.set(number, { resolve: done, reject });
        child.send({ number, task });
      }),
    stop: () => child.kill(),
  };
}
