import type { Clock } from '@minos/common';
import type { BrokerGateway } from './broker-gateway.js';
import { DROP_DAYS, PREPARE_DAYS } from './broker.sql.js';

/** Days for which there are tables ahead. */
const AHEAD = 3;

/** Makes the tables of the days to come and drops those that every channel has kept for long enough. Any process of any service does it for all. */
export class DayKeeper {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly gateway: BrokerGateway,
    private readonly clock: Clock,
    private readonly everyMs: number,
  ) {}

  /** Begins, unless it has. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  async prepare(): Promise<void> {
    await this.gateway.call('prepare-days', PREPARE_DAYS, [AHEAD]);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** A round that fails is made up for by the next one, or by another process. */
  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.prepare().catch(() => undefined);
      if (!signal.aborted) await this.gateway.call('drop-days', DROP_DAYS, []).catch(() => undefined);
      await this.clock.sleep(this.everyMs * (0.75 + Math.random() / 2), signal).catch(() => undefined);
    }
  }
}
