import { HealthProbe, type HealthProbeResult } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Database } from '../database/database.js';
import { DATABASE } from '../tokens.js';

/** Whether the database answers, asked over the pool that everything else uses: a pool that hands out no connection is down as well. */
@HealthProbe('database')
@Injectable()
export class DatabaseProbe implements HealthProbe {
  private running: Promise<HealthProbeResult> | undefined;

  constructor(@Optional() @Inject(DATABASE) private readonly database: Database | undefined) {}

  /** Probes that come while one is under way share its answer, so that they never take a second connection. */
  check(): Promise<HealthProbeResult> {
    if (!this.database) return Promise.resolve({ status: 'up', details: { storage: 'memory' } });
    this.running ??= this.ask(this.database).finally(() => (this.running = undefined));
    return this.running;
  }

  private async ask(database: Database): Promise<HealthProbeResult> {
    const begun = performance.now();
    await database.query('select 1');
    const { total, idle, waiting, max } = database.statistics();
    return { status: 'up', details: { milliseconds: Math.round(performance.now() - begun), connections: { total, idle, waiting, max } } };
  }
}
