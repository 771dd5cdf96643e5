// @ts-check
// The broker that `npm run kafka:start` leaves running, and what is written down about it.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endProcess, freePorts, isAlive, prepareBroker, startDetached, waitUntilAnswers } from './broker-process.mjs';
import { installKafka, KAFKA_FOLDER } from './install.mjs';

const run = promisify(execFile);
const NOTE = join(KAFKA_FOLDER, 'broker.json');
const LOCK = join(KAFKA_FOLDER, 'starting.pid');

/** @typedef {{ pid: number, port: number }} RunningBroker */

/**
 * Starts it, or finds the one that runs.
 * @param {{ port?: number, onProgress: (line: string) => void }} options
 * @returns {Promise<RunningBroker & { started: boolean }>}
 */
export async function startDevelopmentBroker({ port, onProgress }) {
  await mkdir(KAFKA_FOLDER, { recursive: true });
  await takeLock();
  try {
    const running = await runningBroker();
    if (running !== undefined) {
      await waitUntilAnswers({ ...running, directory: KAFKA_FOLDER });
      return { ...running, started: false };
    }
    return { ...(await startAnew(port, onProgress)), started: true };
  } finally {
    await rm(LOCK, { force: true });
  }
}

/**
 * @param {number | undefined} wanted
 * @param {(line: string) => void} onProgress
 * @returns {Promise<RunningBroker>}
 */
async function startAnew(wanted, onProgress) {
  const libs = await installKafka(onProgress);
  const [free = 0, controllerPort = 0] = await freePorts(2);
  const port = wanted ?? free;
  const args = await prepareBroker(libs, { directory: KAFKA_FOLDER, port, controllerPort });
  const pid = await startDetached(args, KAFKA_FOLDER);
  await writeFile(NOTE, JSON.stringify({ pid, port }));
  await waitUntilAnswers({ port, pid, directory: KAFKA_FOLDER });
  return { pid, port };
}

/**
 * Ends it and waits for its end; nothing happens where none runs.
 * @returns {Promise<RunningBroker | undefined>} the one that ran
 */
export async function stopDevelopmentBroker() {
  const running = await runningBroker();
  if (running !== undefined) await endProcess(running.pid);
  await rm(NOTE, { force: true });
  return running;
}

/** @returns {Promise<RunningBroker | undefined>} */
async function runningBroker() {
  const note = await readFile(NOTE, 'utf8').catch(() => undefined);
  if (note === undefined) return undefined;
  /** @type {RunningBroker} */
  const broker = JSON.parse(note);
  return (await isOurs(broker.pid)) ? broker : undefined;
}

/**
 * Whether the process is the one that was started, and not another that got its number since.
 * @param {number} pid
 */
async function isOurs(pid) {
  if (!isAlive(pid)) return false;
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes('kafka.Kafka') && stdout.includes(KAFKA_FOLDER);
}

async function takeLock() {
  const holder = Number(await readFile(LOCK, 'utf8').catch(() => '0'));
  if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
  await writeFile(LOCK, String(process.pid), { flag: 'wx' }).catch((error) => {
    throw new Error(`Another process is starting the broker right now (${LOCK}). Try again when it is done.`, { cause: error });
  });
}
