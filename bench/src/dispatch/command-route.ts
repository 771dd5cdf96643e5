import { Command, CommandBus, CommandHandler, Event, type ICommandHandler } from '@minos/cqrs';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { uuidv7 } from '@minos/common';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { listening, type Route } from './route.js';

@Event('note.written')
class NoteWritten {
  constructor(readonly text: string) {}
}

@Aggregate('note')
class Note extends AggregateRoot {
  private text = '';

  write(text: string): void {
    this.apply(new NoteWritten(text));
  }

  @On(NoteWritten) protected written({ text }: NoteWritten): void {
    this.text = text;
  }
}

@Command('note.write', { owner: 'bench' })
class WriteNote extends Command<{ id: string }> {
  constructor(readonly text: string) {
    super();
  }
}

@CommandHandler(WriteNote)
class WriteNoteHandler implements ICommandHandler<WriteNote> {
  constructor(@InjectAggregateRepository(Note) private readonly notes: AggregateRepository<Note>) {}

  async execute({ text }: WriteNote): Promise<{ id: string }> {
    const id = uuidv7();
    await this.notes.create(id, (note) => note.write(text));
    return { id };
  }
}

@Controller('notes')
class NotesController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  write(@Body() { text }: { readonly text: string }): Promise<{ id: string }> {
    return this.commands.execute(new WriteNote(text));
  }
}

export interface CommandRouteOptions {
  readonly url: string;
  /** Whether the service publishes its events, too. */
  readonly messaging: boolean;
}

/** The route through command bus, aggregate and event store, with everything that a service of the suite has by default. */
export async function openCommandRoute({ url, messaging }: CommandRouteOptions): Promise<Route> {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'bench', database: { url }, features: { messaging } }),
      MinosModule.forFeature({ aggregates: [Note] }),
    ],
    controllers: [NotesController],
    providers: [WriteNoteHandler],
  })
  class CommandModule {}
  const app = await NestFactory.create(CommandModule, { logger: false });
  return listening(app);
}
