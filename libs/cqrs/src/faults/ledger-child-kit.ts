import { setTimeout as pause } from 'node:timers/promises';
import { CRASH_POINTS, type CrashPoints, Event, NO_CRASH_POINTS } from '@minos/common';
import { EventSourcingModule } from '@minos/event-sourcing/module';
import { PostgresModule } from '@minos/postgres/module';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '../module/cqrs.module.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { View } from '../view/view.decorator.js';

@Event('entry.made', { version: 1 })
export class EntryMade {
  constructor(readonly amount: number) {}
}

/** What comes of the entries of one account: an event that is lost, doubled or out of order shows. */
@View('accounts')
export class AccountRow {
  readonly id!: string;
  readonly entries!: number;
  readonly sum!: number;
  /** Of all amounts in their order. */
  readonly trail!: number;
}

export function entered(row: AccountRow | undefined, id: string, amount: number): AccountRow {
  const { entries = 0, sum = 0, trail = 0 } = row ?? {};
  return { id, entries: entries + 1, sum: sum + amount, trail: (trail * 31 + amount) % 1_000_003 };
}

/** A rebuild takes its time, so that it can be killed in the middle. */
const REBUILD_PAUSE_MS = 1;

@Projection('ledger', { version: 1, views: [AccountRow], batchSize: 50 })
export class Ledger {
  @When(EntryMade)
  async made({ amount }: EntryMade, { recorded, view, rebuilding }: ProjectionContext): Promise<void> {
    if (rebuilding) await pause(REBUILD_PAUSE_MS);
    const accounts = view(AccountRow);
    accounts.upsert(entered(await accounts.get(recorded.stream), recorded.stream, amount));
  }
}

export interface LedgerOrder {
  readonly url: string;
  /** Ends the process as a crash would when it reaches this point. */
  readonly crashAt?: string;
}

@Global()
@Module({})
class CrashModule {
  static at(wanted: string | undefined): DynamicModule {
    const crashPoints: CrashPoints =
      wanted === undefined ? NO_CRASH_POINTS : { reach: (point) => void (point === wanted && process.kill(process.pid, 'SIGKILL')) };
    return { module: CrashModule, providers: [{ provide: CRASH_POINTS, useValue: crashPoints }], exports: [CRASH_POINTS] };
  }
}

/** A process of a service that has the ledger. */
export async function serve({ url, crashAt }: LedgerOrder): Promise<void> {
  @Module({
    imports: [
      CrashModule.at(crashAt),
      PostgresModule.forRoot({ connectionString: url, migrations: 'apply' }),
      EventSourcingModule.forRoot({}),
      EventSourcingModule.forFeature({ messages: [EntryMade] }),
      CqrsModule.forRoot(),
    ],
    providers: [Ledger],
  })
  class LedgerModule {}
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  await NestFactory.createApplicationContext(LedgerModule, { logger: ['error'], abortOnError: false });
  process.send?.('ready');
}
