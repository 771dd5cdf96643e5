import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const ANSWER_MS = 15_000;
const AGAIN_MS = 20;

export interface Ordered {
  readonly orderId: string;
  readonly quantity: number;
}

/** Clients that order one product, each order again and again with its key until it is acknowledged; some are cancelled at once. */
export class ShoppingLoad {
  /** What the service has acknowledged. */
  readonly ordered: Ordered[] = [];
  private stopped = false;
  /** One of each client to begin with. */
  private most = 1;
  private readonly clients: Promise<void>[];

  constructor(
    private readonly options: {
      readonly url: string;
      readonly sku: string;
      /** They pay in turn. */
      readonly accounts: readonly string[];
      readonly clients: number;
      readonly cancelOneIn: number;
      readonly ahead: number;
    },
  ) {
    this.clients = Array.from({ length: options.clients }, () => this.shop());
  }

  /** Lets the clients order some more: they stop at so many ahead of this, or they would order for longer than the shop has time to deliver. */
  goOn(): void {
    this.most = this.ordered.length + this.options.ahead;
  }

  /** Lets every client finish its order. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async shop(): Promise<void> {
    for (let count = 1; !this.stopped; count += 1) {
      if (this.ordered.length >= this.most) {
        await pause(AGAIN_MS);
        continue;
      }
      const orderId = randomUUID();
      const quantity = 1 + (count % 3);
      const lines = [{ sku: this.options.sku, quantity }];
      if (!(await this.insist('/orders', { orderId, accountId: this.options.accounts[count % this.options.accounts.length], lines })))
        return;
      this.ordered.push({ orderId, quantity });
      if (count % this.options.cancelOneIn === 0) await this.insist(`/orders/${orderId}/cancel`, {});
    }
  }

  /** Whether it was answered: with a success, or with the last word of the service. */
  private async insist(path: string, body: object): Promise<boolean> {
    const key = randomUUID();
    for (;;) {
      const status = await this.post(path, key, body);
      if (status !== undefined) return status < 500;
      if (this.stopped) return false;
      await pause(AGAIN_MS);
    }
  }

  /** The status, or `undefined` where the same request has to be made again. */
  private async post(path: string, key: string, body: object): Promise<number | undefined> {
    try {
      const answer = await fetch(this.options.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await answer.text();
      const again = answer.status >= 500 || (answer.status === 409 && answer.headers.has('retry-after'));
      return again ? undefined : answer.status;
    } catch {
      return undefined;
    }
  }
}
