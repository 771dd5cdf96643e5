import { CallsTogether } from './calls-together.js';

/** Answers when told to, and notes what went together. */
function held() {
  const sent: (readonly number[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const send = (questions: readonly number[]): Promise<readonly string[]> => {
    sent.push(questions);
    return new Promise((resolve, reject) =>
      ends.push((error) => (error === undefined ? resolve(questions.map((question) => `answer ${question}`)) : reject(error))),
    );
  };
  return { sent, ends, send };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CallsTogether', () => {
  it('sends the first at once, and what came meanwhile together, each with its own answer', async () => {
    const { sent, ends, send } = held();
    const calls = new CallsTogether(send);
    const first = calls.call(1);
    await turn();
    const others = [calls.call(2), calls.call(3)];
    await turn();
    expect(sent).toEqual([[1]]);
    ends[0]?.();
    expect(await first).toBe('answer 1');
    await turn();
    expect(sent).toEqual([[1], [2, 3]]);
    ends[1]?.();
    expect(await Promise.all(others)).toEqual(['answer 2', 'answer 3']);
    const later = calls.call(4);
    await turn();
    ends[2]?.();
    expect(await later).toBe('answer 4');
  });

  it('rejects all that went together, and goes on', async () => {
    const { ends, send } = held();
    const calls = new CallsTogether(send);
    const both = Promise.allSettled([calls.call(1), calls.call(2)]);
    await turn();
    const third = calls.call(3);
    ends[0]?.(new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    ends[1]?.();
    expect(await third).toBe('answer 3');
  });

  it('sends each again alone where the error is that of one', async () => {
    const sent: (readonly number[])[] = [];
    const calls = new CallsTogether(
      (questions: readonly number[]) => {
        sent.push(questions);
        return questions.includes(2) ? Promise.reject(new Error('two')) : Promise.resolve(questions);
      },
      (error) => (error as Error).message === 'two',
    );
    const settled = await Promise.allSettled([1, 2, 3].map((question) => calls.call(question)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(sent).toEqual([[1, 2, 3], [1], [2], [3]]);
  });
});
