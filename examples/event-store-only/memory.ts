import { createMemoryEventSourcing, streamName } from '@minos/event-sourcing';
import { Task } from './tasks.js';

export async function keepTasksInMemory(): Promise<readonly string[]> {
  const memory = createMemoryEventSourcing();
  const tasks = memory.repository(Task);
  await tasks.create('1', (task) => task.add('write it down'));
  await tasks.update('1', (task) => task.finish('ada'));
  const events = await memory.store.read(streamName('task', '1'));
  return events.map(({ version, type }) => `${version} ${type}`);
}
