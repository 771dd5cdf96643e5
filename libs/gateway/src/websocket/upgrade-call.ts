import type { Duplex } from 'node:stream';
import { Client, type Dispatcher } from 'undici';

/** What came of asking a service for a WebSocket: it is open, or the service answered something else, or nothing. */
export type UpgradeOutcome =
  | { readonly kind: 'open'; readonly rawHeaders: readonly Buffer[]; readonly socket: Duplex }
  | { readonly kind: 'refused'; readonly status: number; readonly rawHeaders: readonly Buffer[] }
  | { readonly kind: 'failed'; readonly sent: boolean };

export interface UpgradeCallOptions {
  readonly address: string;
  readonly path: string;
  readonly headers: string[];
  readonly connectMs: number;
  readonly timeoutMs: number;
}

/** Asks one instance for a WebSocket, over a connection of its own. Never rejects. Where `signal` fires, or has fired, nothing of it stays. */
export function askUpgrade(
  { address, path, headers, connectMs, timeoutMs }: UpgradeCallOptions,
  signal: AbortSignal,
): Promise<UpgradeOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: 'failed', sent: false });
  const client = new Client(address, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connectMs, noDelay: true } });
  return new Promise<UpgradeOutcome>((resolve) => {
    const handler = new UpgradeHandler(resolve);
    const timer = setTimeout(() => handler.giveUp(), timeoutMs);
    signal.addEventListener('abort', () => handler.giveUp(), { once: true });
    handler.over = () => clearTimeout(timer);
    client.dispatch({ path, method: 'GET', headers, upgrade: 'websocket' }, handler);
  }).finally(() => void client.destroy().catch(() => undefined));
}

class UpgradeHandler implements Dispatcher.DispatchHandler {
  over: (() => void) | undefined;
  private sent = false;
  private settled = false;
  private abort: ((error?: Error) => void) | undefined;

  constructor(private readonly resolve: (outcome: UpgradeOutcome) => void) {}

  giveUp(): void {
    this.settle({ kind: 'failed', sent: this.sent });
    this.abort?.();
  }

  onConnect(abort: (error?: Error) => void): void {
    this.abort = abort;
    this.sent = true;
  }

  onUpgrade(_status: number, rawHeaders: Buffer[] | string[] | null, socket: Duplex): void {
    if (this.settled) socket.destroy();
    else this.settle({ kind: 'open', rawHeaders: (rawHeaders ?? []) as Buffer[], socket });
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    if (status >= 200) {
      this.settle({ kind: 'refused', status, rawHeaders });
      this.abort?.();
    }
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.settle({ kind: 'failed', sent: true });
  }

  onError(): void {
    this.settle({ kind: 'failed', sent: this.sent });
  }

  private settle(outcome: UpgradeOutcome): void {
    this.settled = true;
    this.over?.();
    this.resolve(outcome);
  }
}
