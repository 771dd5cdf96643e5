import { randomUUID } from 'node:crypto';
import { AwakeTime } from '@minos/common/testing';

/** A command that the service has acknowledged: it must be found in the store, once. */
export interface Acknowledged {
  readonly orderId: string;
  readonly command: 'place' | 'cancel';
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly milliseconds: number;
}

/** The service asks to try again; any other refusal is its last word. */
function mayRepeat({ status, retryAfter }: Answer): boolean {
  return status >= 500 || (status === 409 && retryAfter !== null);
}

/** Clients that place and cancel orders until they are stopped, and remember what they were told. */
export class OrderLoad {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that were no success, newest last. */
  readonly refused: Answer[] = [];
  private stopped = false;
  private readonly time = new AwakeTime();
  private readonly clients: Promise<void>[];

  constructor(
    private readonly url: string,
    clients: number,
  ) {
    this.clients = Array.from({ length: clients }, () => this.shop());
  }

  /** Lets every client finish its request. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
    this.time.end();
  }

  private async shop(): Promise<void> {
    while (!this.stopped) {
      const orderId = randomUUID();
      const placed = await this.command('place', orderId, '/orders', {
        orderId,
        accountId: '0198f0c0-0000-7000-8000-000000000001',
        lines: [{ sku: 'mug', quantity: 2 }],
      });
      if (placed) await this.command('cancel', orderId, `/orders/${orderId}/cancel`, {});
    }
  }

  /** Repeats the command with its key until it is answered, as a careful client does; gives up when the load is stopped. */
  private async command(command: Acknowledged['command'], orderId: string, path: string, body: object): Promise<boolean> {
    const key = randomUUID();
    for (;;) {
      const answer = await this.post(path, key, body);
      if (answer && answer.status < 300) {
        this.acknowledged.push({ orderId, command });
        return true;
      }
      if (answer) this.refused.push(answer);
      if (this.stopped || (answer && !mayRepeat(answer))) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async post(path: string, key: string, body: object): Promise<Answer | undefined> {
    const started = this.time.now;
    try {
      const answer = await fetch(this.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      await answer.text();
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), milliseconds: this.time.now - started };
    } catch {
      return undefined;
    }
  }
}
