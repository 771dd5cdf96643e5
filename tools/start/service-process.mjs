import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../files.mjs';

const END_WITH_STARTER = new URL('./end-with-starter.mjs', import.meta.url).href;
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 20_000;
const KEPT_LINES = 30;
const SHOWN_TIMES = 3;
/** What a person wants to see of a service that works. */
const WORTH_SHOWING = /\b(WARN|ERROR|FATAL)\b/;
/** And while everything ends: that the others are gone is no news then. */
const WORTH_SHOWING_AT_THE_END = /\b(ERROR|FATAL)\b/;

/** One service in a process of its own. Its output goes to `.minos/logs/<label>.log`; warnings and errors are shown as well. */
export class ServiceProcess {
  #child;
  #last = [];
  #exited = Promise.resolve();
  #shown = new Map();
  #worthShowing = WORTH_SHOWING;

  /** How long the last start took; `undefined` until it is ready. */
  readyMs;

  /** `label`: the name of the service, or one of its own where there are several. */
  constructor(service, { label = service.name, env, show }) {
    this.service = service;
    this.label = label;
    this.env = env;
    this.show = show;
    this.logFile = join(ROOT, '.minos', 'logs', `${label}.log`);
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Starts the process and resolves with the milliseconds until it was ready. Rejects when it ends before that. */
  async start() {
    const begun = performance.now();
    mkdirSync(join(ROOT, '.minos', 'logs'), { recursive: true });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const child = spawn(process.execPath, ['--enable-source-maps', '--import', END_WITH_STARTER, this.service.entry], {
      env: { NODE_ENV: 'development', ...process.env, NO_COLOR: '1', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in a terminal would end all services at once, also those that others are still asking.
      detached: true,
    });
    this.#child = child;
    this.readyMs = undefined;
    this.#last = [];
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => this.#take(line, log));
    this.#exited = new Promise((resolve) => child.once('close', (code, signal) => (log.end(), resolve({ code, signal }))));
    await this.#ready();
    return (this.readyMs = Math.round(performance.now() - begun));
  }

  /** Resolves with how the process ended. */
  get exited() {
    return this.#exited;
  }

  /** From here on warnings are for the log alone. */
  quieten() {
    this.#worthShowing = WORTH_SHOWING_AT_THE_END;
  }

  /** Asks the process to finish its work and end; after a while insists. */
  async stop() {
    if (this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const late = sleep(STOPPED_WITHIN_MS, 'late', { ref: false });
    if ((await Promise.race([this.#exited, late])) === 'late') this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ends the process as it is. */
  kill() {
    this.#child?.kill('SIGKILL');
  }

  async #ready() {
    let ended;
    void this.#exited.then((how) => (ended = how));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (ended === undefined && Date.now() < deadline) {
      if (await isReady(this.service.base)) return;
      await sleep(40);
    }
    const why =
      ended === undefined
        ? `was not ready within ${READY_WITHIN_MS / 1000} s`
        : `ended while it was starting (${ended.signal ?? `code ${ended.code}`})`;
    throw new Error(`${this.label} ${why}:\n${this.#last.join('\n')}\nThe whole log is in ${this.logFile}.`);
  }

  /** A fault that every request meets is shown a few times; the log has all of them. */
  #isRepeated(line) {
    const text = line.replace(/\d+/g, '');
    const times = (this.#shown.get(text) ?? 0) + 1;
    this.#shown.set(text, times);
    return times > SHOWN_TIMES;
  }

  #take(line, log) {
    log.write(`${line}\n`);
    this.#last = [...this.#last, line].slice(-KEPT_LINES);
    if (process.env.LOG_LEVEL === undefined && (!this.#worthShowing.test(line) || this.#isRepeated(line))) return;
    this.show(`${this.label} │ ${line}`);
  }
}

/** Whether something healthy answers there. */
export async function isReady(base) {
  try {
    const response = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
