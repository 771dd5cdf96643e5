import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'node:http';
import type { Customer } from './whole-shop.js';

const ANSWER_MS = 20_000;
const TICK_MS = 20;

interface Answered {
  readonly status: number;
  readonly code: string;
}

const SHOWN = 20;

export interface LoadReport {
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What went wrong: a connection that broke, no answer, or a status from 500. */
  readonly failures: readonly string[];
  readonly p99Ms: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly customer: Customer;
  readonly sku: string;
  readonly perSecond: number;
}

/** Asks evenly, whatever becomes of the answers: reads the catalogue, own orders and the account, and places an order now and then. Runs until `stop()`. */
export class SteadyLoad {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private readonly statuses: Record<string, number> = {};
  private readonly failures: string[] = [];
  private readonly latencies: number[] = [];
  private readonly open = new Set<Promise<void>>();
  private sent = 0;
  private over = false;
  private readonly running: Promise<void>;

  constructor(private readonly options: LoadOptions) {
    this.running = this.run();
  }

  async stop(): Promise<LoadReport> {
    this.over = true;
    await this.running;
    await Promise.all(this.open);
    this.agent.destroy();
    const sorted = [...this.latencies].sort((a, b) => a - b);
    return {
      sent: this.sent,
      statuses: this.statuses,
      failures: this.failures.slice(0, SHOWN),
      p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    };
  }

  private async run(): Promise<void> {
    const begun = performance.now();
    while (!this.over) {
      const due = ((performance.now() - begun) / 1_000) * this.options.perSecond;
      while (this.sent < due) this.ask(this.sent++);
      await pause(TICK_MS);
    }
  }

  private ask(number: number): void {
    const begun = performance.now();
    const asked = this.send(number).then(
      ({ status, code }) => {
        this.latencies.push(performance.now() - begun);
        this.statuses[status] = (this.statuses[status] ?? 0) + 1;
        if (status >= 500)
          this.failures.push(`${this.what(number)} was answered ${status} ${code} after ${seconds(begun)}, ${new Date().toISOString()}`);
      },
      (error: unknown) => void this.failures.push(`${this.what(number)} ended with ${String(error)} after ${seconds(begun)}`),
    );
    this.open.add(asked);
    void asked.finally(() => this.open.delete(asked));
  }

  private what(number: number): string {
    const { customer, sku } = this.options;
    return (
      ['GET /products', `GET /products/${sku}`, 'GET /orders', `GET /accounts/${customer.id}`, 'POST /orders'][number % 10] ?? 'GET /orders'
    );
  }

  private send(number: number): Promise<Answered> {
    const { url, customer, sku } = this.options;
    const [method = '', path = ''] = this.what(number).split(' ');
    const body = method === 'POST' ? JSON.stringify({ lines: [{ sku, quantity: 1 }] }) : undefined;
    const headers = {
      ...customer.headers,
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

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
