import { Event } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';

@Event('task.added', { version: 1 })
export class TaskAdded {
  constructor(readonly title: string) {}
}

@Event('task.done', { version: 1 })
export class TaskDone {
  constructor(readonly by: string) {}
}

@Aggregate('task')
export class Task extends AggregateRoot {
  title = '';
  doneBy: string | undefined;

  add(title: string): void {
    this.apply(new TaskAdded(title));
  }

  finish(by: string): void {
    if (this.doneBy === undefined) this.apply(new TaskDone(by));
  }

  @On(TaskAdded) protected added(event: TaskAdded): void {
    this.title = event.title;
  }

  @On(TaskDone) protected done(event: TaskDone): void {
    this.doneBy = event.by;
  }
}
