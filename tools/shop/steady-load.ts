import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'node:http';
import { until } from '@minos/common/testing';
import { Customer } from './whole-shop.js';

const ANSWER_MS = 30_000;
const TICK_MS = 20;
/** More at once than this machine is asked in so long are a queue, and no load any more: one that is too slow for it, or stood still, is asked less. */
const MOST_OPEN_MS = 2_000;
const MOST_BEHIND_MS = 1_000;
/** Less than a token lasts, together: nobody logs in while the only auth service is started anew, and the gateway says that it is away. */
const [LOGIN_EVERY_MS, LOGIN_MS, LOGIN_AGAIN_MS] = [120_000, 150_000, 1_000];

interface Answered {
  readonly status: number;
  readonly code: string;
}

const SHOWN = 20;

export interface LoadReport {
  readonly sent: number;
  /** What was left out because too much was open. */
  readonly skipped: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What went wrong: a connection that broke, no answer, or one that says no. */
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By what was asked. */
  readonly p99MsOf: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly url: string;
  readonly customer: Customer;
  readonly sku: string;
  readonly perSecond: number;
}

/** Asks evenly, whatever becomes of the answers, as long as they come: reads the catalogue, own orders and the account, and places an order now and then. Runs until `stop()`. */
export class SteadyLoad {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private readonly statuses: Record<string, number> = {};
  private readonly failures: string[] = [];
  private readonly latencies: Record<string, number[]> = {};
  private readonly open = new Set<Promise<void>>();
  private sent = 0;
  private skipped = 0;
  private over = false;
  private readonly running: Promise<void>;

  private customer: Customer;

  constructor(private readonly options: LoadOptions) {
    this.customer = options.customer;
    this.running = this.run();
  }

  /** How much has gone wrong so far. */
  get failed(): number {
    return this.failures.length;
  }

  async stop(): Promise<LoadReport> {
    this.over = true;
    await this.running;
    await Promise.all(this.open);
    this.agent.destroy();
    const all = Object.values(this.latencies).flat();
    return {
      sent: this.sent,
      skipped: this.skipped,
      statuses: this.statuses,
      failures: this.failures.slice(0, SHOWN),
      p50Ms: quantile(all, 0.5),
      p99Ms: quantile(all, 0.99),
      p99MsOf: Object.fromEntries(Object.entries(this.latencies).map(([what, values]) => [what, quantile(values, 0.99)])),
    };
  }

  private async run(): Promise<void> {
    const everyMs = 1_000 / this.options.perSecond;
    let loggedIn = performance.now();
    for (let due = loggedIn; !this.over; await pause(TICK_MS)) {
      const now = performance.now();
      if (now - loggedIn > LOGIN_EVERY_MS) {
        loggedIn = now;
        this.logIn();
      }
      for (; due <= now && this.open.size < MOST_OPEN_MS / everyMs; due += everyMs) this.ask(this.sent++);
      for (; due < now - MOST_BEHIND_MS; due += everyMs) this.skipped += 1;
    }
  }

  private logIn(): void {
    const { url } = this.options;
    const loggedIn = async (): Promise<Customer | undefined> => {
      try {
        return await Customer.logIn(url, this.customer.login);
      } catch (error) {
        if (!/answered 50[23]/.test(String(error))) throw error;
        await pause(LOGIN_AGAIN_MS);
        return undefined;
      }
    };
    const done = until(loggedIn, 'a login', LOGIN_MS).then(
      (customer) => void (this.customer = customer),
      (error: unknown) => void this.failures.push(String(error)),
    );
    this.track(done);
  }

  private track(work: Promise<void>): void {
    this.open.add(work);
    void work.finally(() => this.open.delete(work));
  }

  private ask(number: number): void {
    const begun = performance.now();
    const what = this.what(number);
    const asked = this.send(number).then(
      ({ status, code }) => {
        (this.latencies[what] ??= []).push(performance.now() - begun);
        this.statuses[status] = (this.statuses[status] ?? 0) + 1;
        if (status >= 400)
          this.failures.push(`${what} was answered ${status} ${code} after ${seconds(begun)}, ${new Date().toISOString()}`);
      },
      (error: unknown) => void this.failures.push(`${what} ended with ${String(error)} after ${seconds(begun)}`),
    );
    this.track(asked);
  }

  /** The catalogue most of the time, what is one's own a third of it, and an order of 40. */
  private what(number: number): string {
    const { sku } = this.options;
    if (number % 40 === 0) return 'POST /orders';
    return ['GET /products', 'GET /orders', `GET /products/${sku}`, 'GET /products', `GET /accounts/${this.customer.id}`][number % 5] ?? '';
  }

  private send(number: number): Promise<Answered> {
    const { url, sku } = this.options;
    const [method = '', path = ''] = this.what(number).split(' ');
    const body = method === 'POST' ? JSON.stringify({ lines: [{ sku, quantity: 1 }] }) : undefined;
    const headers = {
      ...this.customer.headers,
      ...(body && { 'content-type': 'application/json', 'content-length': String(body.length), 'idempotency-key': randomUUID() }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, url), { method, headers, agent: this.agent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text = response.statusCode === 200 ? '' : text + chunk.toString()));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, code: /"code":"(\w+)"/.exec(text)?.[1] ?? '' }));
        response.once('error', reject);
      });
      sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error(`no answer within ${ANSWER_MS / 1_000} s`)));
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
}

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
