import type { Clock, MessageRegistry } from '@minos/common';
import type { CronDefinition } from '../schedule/cron-definition.js';
import { CronRunner, type CronRunnerStatus } from '../schedule/cron-runner.js';
import type { CronRunnerOptions } from '../schedule/cron-runner.options.js';
import type { MessagingStorage } from './messaging-storage.js';

/** The cron handlers of one application. */
export class Crons {
  private runner: CronRunner | undefined;

  constructor(
    private readonly storage: MessagingStorage,
    private readonly clock: Clock,
    private readonly options: CronRunnerOptions,
  ) {}

  /** Throws `CRON_INVALID` with all faults, and `NAME_CLASH`. */
  bind(crons: readonly CronDefinition[], registry: MessageRegistry): void {
    const { crons: store, unitOfWork, leases } = this.storage;
    this.runner = new CronRunner({ store, unitOfWork, leases, clock: this.clock, crons }, this.options);
    for (const { name, handler } of crons) if (handler !== undefined) registry.claimName({ kind: 'cron', name, target: handler.type });
  }

  start(): void {
    this.runner?.start();
  }

  async stop(): Promise<void> {
    await this.runner?.stop();
  }

  async status(): Promise<CronRunnerStatus | undefined> {
    return this.runner?.status();
  }
}
