// @ts-check
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLUSTER_ID, writeSettings } from './settings.mjs';

const run = promisify(execFile);
const ANSWER_MS = 60_000;
const END_MS = 30_000;
/** ApiVersions, version 0, correlation id 1, no client id. */
const QUESTION = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/**
 * Formats the storage where that was not done yet, and gives the command that starts the broker.
 * @param {string} libs
 * @param {import('./settings.mjs').BrokerPlace} place
 * @returns {Promise<string[]>} arguments of `java`
 */
export async function prepareBroker(libs, place) {
  const { server, log4j } = await writeSettings(place);
  const java = [`-Dlog4j2.configurationFile=file:${log4j}`, '-cp', join(libs, '*')];
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', server]);
  return ['-Xms128m', '-Xmx512m', '-Djava.awt.headless=true', ...java, 'kafka.Kafka', server];
}

/**
 * Starts the broker on its own, so that it outlives this process.
 * @param {string[]} args
 * @param {string} directory
 * @returns {Promise<number>} its process id
 */
export async function startDetached(args, directory) {
  const output = openSync(join(directory, 'logs', 'console.log'), 'w');
  try {
    const child = spawn('java', args, { detached: true, stdio: ['ignore', output, output] });
    await once(child, 'spawn');
    child.unref();
    return /** @type {number} */ (child.pid);
  } finally {
    closeSync(output);
  }
}

/**
 * Resolves when the broker answers its first question; rejects when it ends before that, with the end of its log.
 * @param {{ port: number, pid: number, directory: string }} broker
 */
export async function waitUntilAnswers({ port, pid, directory }) {
  const deadline = Date.now() + ANSWER_MS;
  while (!(await answers(port))) {
    if (!isAlive(pid)) throw new Error(`The broker ended while it was starting:\n${await lastLines(directory)}`);
    if (Date.now() > deadline) throw new Error(`The broker did not answer on port ${port} within ${ANSWER_MS / 1000} s`);
    await sleep(100);
  }
}

/** @param {string} directory */
async function lastLines(directory) {
  const texts = await Promise.all(
    ['console.log', 'kafka.log'].map((name) => readFile(join(directory, 'logs', name), 'utf8').catch(() => '')),
  );
  return texts.map((text) => text.split('\n').slice(-15).join('\n')).join('\n');
}

/**
 * Whether a broker answers on that port of loopback.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    /** @param {boolean} yes */
    const end = (yes) => (socket.destroy(), resolve(yes));
    socket.setTimeout(2_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.write(QUESTION));
    socket.once('data', () => end(true));
  });
}

/**
 * Ends a process in order, after a while by force, and waits for its end.
 * @param {number} pid
 * @param {NodeJS.Signals} [signal]
 */
export async function endProcess(pid, signal = 'SIGTERM') {
  const deadline = Date.now() + END_MS;
  send(pid, signal);
  while (isAlive(pid)) {
    if (Date.now() > deadline) send(pid, 'SIGKILL');
    await sleep(50);
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether there was such a process
 */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  return send(pid, 0);
}

/**
 * Ports that nobody listens on.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
