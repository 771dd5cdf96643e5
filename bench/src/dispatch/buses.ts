import { Command } from '@minos/common';
import { CommandBus as MinosCommandBus } from '@minos/cqrs';
import { MinosModule } from '@minos/nest';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';

/** Has no durable name: it stays in the process, and no unit is opened. */
class Touch {}

@CommandHandler(Touch)
class TouchHandler implements ICommandHandler<Touch> {
  async execute(): Promise<void> {}
}

/** Has one: its handler runs in a unit of work, which stores nothing. */
@Command('bench.touch', { owner: 'bench' })
class NamedTouch extends Command {}

@CommandHandler(NamedTouch)
class NamedTouchHandler implements ICommandHandler<NamedTouch> {
  async execute(): Promise<void> {}
}

@Module({ imports: [CqrsModule], providers: [TouchHandler] })
class PlainService {}

@Module({
  imports: [
    MinosModule.forRoot({
      service: 'bench',
      storage: 'memory',
      features: { messaging: false, http: false, health: false, metrics: false },
    }),
  ],
  providers: [TouchHandler, NamedTouchHandler],
})
class MinosService {}

type Kind = 'unnamed' | 'named';
const MESSAGES: Readonly<Record<Kind, () => object>> = { unnamed: () => new Touch(), named: () => new NamedTouch() };

/** What one process is asked: microseconds for each of so many commands, one after the other. */
export interface BusCalls {
  readonly [name: string]: (argument: never) => unknown;
  readonly dispatch: (argument: { readonly kind: Kind; readonly commands: number }) => Promise<number>;
}

export const openPlainBus = () => opened(PlainService, CommandBus);
export const openMinosBus = () => opened(MinosService, MinosCommandBus);

async function opened(module: Type, token: Type<CommandBus>): Promise<{ readonly calls: BusCalls; close(): Promise<void> }> {
  const app: INestApplicationContext = await NestFactory.createApplicationContext(module, { logger: false });
  const bus = app.get(token, { strict: false });
  return { calls: { dispatch: ({ kind, commands }) => microseconds(bus, MESSAGES[kind], commands) }, close: () => app.close() };
}

async function microseconds(bus: CommandBus, make: () => object, commands: number): Promise<number> {
  const start = performance.now();
  for (let sent = 0; sent < commands; sent++) await bus.execute(make());
  return ((performance.now() - start) * 1000) / commands;
}
