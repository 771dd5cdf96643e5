import type { Clock } from '@minos/common';

export interface Patience {
  readonly milliseconds: number;
  readonly refuse: (message: string) => Error;
}

/** The answer; rejects where none comes in time. */
export async function answeredWithin<T>(clock: Clock, { milliseconds, refuse }: Patience, asked: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = clock.sleep(milliseconds, over.signal).then(() => {
    throw refuse(`No answer came within ${milliseconds} ms.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
}
