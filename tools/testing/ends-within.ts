import { until } from '@minos/common/testing';

/** What the promise gives. Fails where that takes longer than `withinMs` of the time in which this process did not stand still. */
export async function endsWithin<T>(given: Promise<T>, what: string, withinMs: number): Promise<T> {
  let over = false;
  const end = (): void => void (over = true);
  given.then(end, end);
  await until(() => over, what, withinMs);
  return given;
}
