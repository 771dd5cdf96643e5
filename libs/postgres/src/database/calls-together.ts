interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends one statement at a time: what is asked meanwhile goes together into the next. With little to do nothing waits; with much to do there are few statements. */
export class CallsTogether<Q, A> {
  private waiting: Waiting<Q, A>[] = [];
  private sending = false;

  /** `send` answers all in their order. Where it fails with an error that is `ofOne` of several, each is sent again alone. */
  constructor(
    private readonly send: (questions: readonly Q[]) => Promise<readonly A[]>,
    private readonly ofOne: (error: unknown) => boolean = () => false,
  ) {}

  call(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (!this.sending) void this.pump();
    });
  }

  private async pump(): Promise<void> {
    this.sending = true;
    // Calls of one tick go together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.settle(this.waiting.splice(0));
    this.sending = false;
  }

  /** Never rejects. */
  private async settle(calls: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await this.send(calls.map(({ question }) => question));
      calls.forEach(({ resolve }, index) => resolve(answers[index] as A));
    } catch (error) {
      if (calls.length === 1 || !this.ofOne(error)) for (const { reject } of calls) reject(error);
      else for (const call of calls) await this.settle([call]);
    }
  }
}
