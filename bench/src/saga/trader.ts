import { uuidv7 } from '@minos/common';
import { MinosModule } from '@minos/nest';
import { Sagas } from '@minos/saga';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { ENDED_SAGAS, NOW, SAGA_TIMES, WAITING_SAGAS } from './saga-bench.sql.js';
import { FEATURES, serviceOptions, type ServicePlace } from './service-options.js';
import { Trade, TRADER } from './trade.js';

export interface TradeRun {
  readonly ended: number;
  readonly seconds: number;
  /** From start to end of each, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export type TraderCalls = {
  /** Keeps so many under way for so long, then waits until all have ended. */
  readonly flood: (argument: { readonly inFlight: number; readonly seconds: number }) => Promise<TradeRun>;
  /** So many, one after the other; milliseconds of each. */
  readonly alone: (count: number) => Promise<readonly number[]>;
  /** Adds so many instances that wait for an answer that does not come. */
  readonly fill: (count: number) => Promise<void>;
  /** Does nothing for so long. */
  readonly rest: (seconds: number) => Promise<void>;
};

const LOOK_MS = 20;
const LONGEST_WAIT_MS = 60_000;

/** The service that runs the sagas. */
export async function openTrader({ place }: { readonly place: ServicePlace }) {
  @Module({
    imports: [MinosModule.forRoot({ ...serviceOptions(TRADER, place), features: FEATURES }), MinosModule.forFeature({ sagas: [Trade] })],
  })
  class TraderModule {}
  const app = await NestFactory.createApplicationContext(TraderModule, { logger: ['error', 'warn'] });
  const client = new Client({ connectionString: place.url });
  await client.connect();
  const floor = new Trading(app.get(Sagas), client);
  const calls: TraderCalls = {
    flood: ({ inFlight, seconds }) => floor.flood(inFlight, seconds),
    alone: (count) => floor.alone(count),
    fill: async (count) => void (await client.query(WAITING_SAGAS, [count])),
    rest: (seconds) => pause(seconds * 1000),
  };
  const close = async (): Promise<void> => {
    await client.end();
    await app.close();
  };
  return { calls, close };
}

class Trading {
  constructor(
    private readonly sagas: Sagas,
    private readonly client: Client,
  ) {}

  async flood(inFlight: number, seconds: number): Promise<TradeRun> {
    const [since, begun] = [await this.now(), performance.now()];
    const end = begun + seconds * 1000;
    let [started, ended] = [0, 0];
    while (performance.now() < end) {
      const room = inFlight - (started - ended);
      await Promise.all(Array.from({ length: room }, () => this.start()));
      started += room;
      await pause(LOOK_MS);
      ended = await this.ended(since);
    }
    await this.allEnded(started, since);
    const took = (performance.now() - begun) / 1000;
    return { ended: started, seconds: took, ...(await this.times(started)) };
  }

  async alone(count: number): Promise<readonly number[]> {
    const times: number[] = [];
    for (let run = 0; run < count; run++) {
      const since = await this.now();
      await this.start();
      await this.allEnded(1, since);
      times.push((await this.times(1)).p50);
    }
    return times;
  }

  private start(): Promise<string> {
    return this.sagas.start(Trade, { deal: uuidv7(), shares: 1 + Math.floor(Math.random() * 100) });
  }

  private async allEnded(count: number, since: string): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while ((await this.ended(since)) < count) {
      if (performance.now() > deadline) throw new Error(`${count - (await this.ended(since))} sagas have not ended.`);
      await pause(LOOK_MS);
    }
  }

  /** On the server's clock. */
  private async now(): Promise<string> {
    const { rows } = await this.client.query<{ bench_now: string }>(NOW);
    return rows[0]?.bench_now ?? '';
  }

  private async ended(since: string): Promise<number> {
    const { rows } = await this.client.query<{ bench_ended: number }>(ENDED_SAGAS, [since]);
    return rows[0]?.bench_ended ?? 0;
  }

  /** Of the last ones. */
  private async times(count: number): Promise<{ p50: number; p99: number }> {
    const { rows } = await this.client.query<{ bench_p50: number; bench_p99: number }>(SAGA_TIMES, [count]);
    return { p50: rows[0]?.bench_p50 ?? Number.NaN, p99: rows[0]?.bench_p99 ?? Number.NaN };
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
