import { hasEnded, type SagaInstance, type StepRecord } from '../contracts/saga-instance.js';

type Named = readonly [name: string, record: StepRecord];

const isOpen = ([, { status }]: Named): boolean => ['waiting', 'answered', 'pausing'].includes(status);
const isTaken = ([, { status }]: Named): boolean => ['done', 'unknown'].includes(status);
const isBack = ([, { undo }]: Named): boolean => undo?.status === 'done' || undo?.status === 'kept';

/** What should never be, of an instance as a turn has left it. */
export function wrongs(before: SagaInstance, after: SagaInstance): readonly string[] {
  const records = Object.entries(after.steps);
  const undoing = records.filter(([, { undo }]) => undo !== undefined);
  return [
    ...(before.phase === 'compensating' && after.phase === 'running' ? ['it goes forward again'] : []),
    ...timeWrongs(after, records),
    ...openWrongs(after, records.filter(isOpen), undoing),
    ...undoing.filter((one) => !isTaken(one)).map(([name, { status }]) => `${name} is taken back though it is ${status}`),
    ...undoing.flatMap((one) => orderWrongs(one, records)),
  ];
}

/** Whoever waits for a time is woken. */
function timeWrongs(after: SagaInstance, records: readonly Named[]): readonly string[] {
  if (after.parked !== undefined || hasEnded(after)) return [];
  const isTimed = records.some(([, { attempt, undo }]) => attempt?.dueAt !== undefined || undo?.attempt?.dueAt !== undefined);
  const timeless = records.filter(([, { status, attempt }]) => status === 'waiting' && attempt?.dueAt === undefined);
  return [
    ...(isTimed && after.wakeAt === undefined ? ['it waits for a time that nobody looks at'] : []),
    ...timeless.map(([name]) => `${name} waits without a time`),
  ];
}

function openWrongs(after: SagaInstance, open: readonly Named[], undoing: readonly Named[]): readonly string[] {
  const [first] = open;
  if (first === undefined) return [];
  return [
    ...undoing.map(([name]) => `${name} is taken back while ${first[0]} is under way`),
    ...(hasEnded(after) ? [`it has ended while ${first[0]} is under way`] : []),
  ];
}

/** The last outcome first, one after the other. */
function orderWrongs([name, { order }]: Named, records: readonly Named[]): readonly string[] {
  return records
    .filter((other) => other[1].order > order && isTaken(other) && !isBack(other))
    .map(([other]) => `${name} is taken back before ${other}`);
}
