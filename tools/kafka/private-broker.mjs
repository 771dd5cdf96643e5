// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePorts, prepareBroker, waitUntilAnswers } from './broker-process.mjs';
import { installKafka } from './install.mjs';

/** One that was killed may come back when its session with the controller is over: 9 s by default. */
const QUICK_RETURN = { 'broker.session.timeout.ms': '2000', 'broker.heartbeat.interval.ms': '500' };

/** A broker that one spec has for itself, so that it can be killed and started again on the same address. It ends with this process. */
export class PrivateBroker {
  /** @type {number | undefined} */
  #pid;

  /**
   * @param {string} libs
   * @param {import('./settings.mjs').BrokerPlace} place
   */
  constructor(libs, place) {
    this.libs = libs;
    this.place = place;
    this.brokers = [`127.0.0.1:${place.port}`];
  }

  /** Starts it, also after {@link kill}; resolves when it answers. */
  async start() {
    const { directory, port } = this.place;
    const args = await prepareBroker(this.libs, this.place);
    const guard = fork(join(import.meta.dirname, 'guard.mjs'), args, { stdio: 'ignore', execArgv: [] });
    const [{ pid }] = await once(guard, 'message');
    this.#pid = pid;
    guard.unref();
    guard.channel?.unref();
    await waitUntilAnswers({ port, pid, directory });
  }

  /**
   * Ends the process and waits for its end: `SIGKILL` as a crash, `SIGTERM` in order, `SIGSTOP` and `SIGCONT` only pause it.
   * @param {'SIGKILL' | 'SIGTERM'} [signal]
   */
  async kill(signal = 'SIGKILL') {
    if (this.#pid !== undefined) await endProcess(this.#pid, signal);
    this.#pid = undefined;
  }

  /** Holds the process, so that it accepts connections and answers nothing. */
  freeze() {
    if (this.#pid !== undefined) process.kill(this.#pid, 'SIGSTOP');
  }

  thaw() {
    if (this.#pid !== undefined) process.kill(this.#pid, 'SIGCONT');
  }

  /** Ends it and removes its data. */
  async remove() {
    await this.kill('SIGKILL');
    await rm(this.place.directory, { recursive: true, force: true });
  }
}

/**
 * Starts a broker in a temporary folder on free ports.
 * @param {Record<string, string>} [settings] of server.properties
 * @returns {Promise<PrivateBroker>}
 */
export async function privateBroker(settings = {}) {
  const libs = await installKafka();
  const directory = await mkdtemp(join(tmpdir(), 'minos-kafka-'));
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const broker = new PrivateBroker(libs, { directory, port, controllerPort, settings: { ...QUICK_RETURN, ...settings } });
  try {
    await broker.start();
  } catch (error) {
    await broker.remove();
    throw error;
  }
  return broker;
}
