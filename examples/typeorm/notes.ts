// #region notes
import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { EVENT_STORE, streamName, type EventStore } from '@minos/event-sourcing';
import { EventSourcingModule } from '@minos/event-sourcing/module';
import { PostgresModule } from '@minos/postgres/module';
import { joinDataSource, poolOfDataSource } from '@minos/postgres/typeorm';
import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';

@Entity('notes')
export class Note {
  @PrimaryColumn('text') id: string;
  @Column('text') text: string;
}

@Injectable()
export class NoteService {
  constructor(
    @InjectRepository(Note) private readonly notes: Repository<Note>,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The row and the event are stored together or not at all. */
  write(id: string, text: string): Promise<void> {
    return this.unitOfWork.run(async () => {
      await this.store.append(streamName('note', id), [{ type: 'note.written', schemaVersion: 1, data: { text } }], {
        expectedVersion: 'no-stream',
      });
      await this.notes.save({ id, text });
    });
  }

  async texts(): Promise<string[]> {
    const notes = await this.notes.find({ order: { id: 'asc' } });
    return notes.map(({ text }) => text);
  }
}

@Module({
  imports: [
    TypeOrmModule.forFeature([Note]),
    PostgresModule.forRootAsync({ inject: [DataSource], useFactory: (dataSource: DataSource) => ({ pool: poolOfDataSource(dataSource) }) }),
    EventSourcingModule.forRoot({}),
  ],
  providers: [NoteService],
})
export class NotesModule implements OnModuleInit {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
  ) {}

  onModuleInit(): void {
    joinDataSource(this.dataSource, this.unitOfWork);
  }
}
// #endregion
