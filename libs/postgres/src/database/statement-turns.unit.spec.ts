import fc from 'fast-check';
import { StatementTurns, freshScope, inSavepointScope, type HeldSavepoint } from './statement-turns.js';

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('StatementTurns', () => {
  it('sends one statement at a time, in the order of the calls', async () => {
    const turns = new StatementTurns(true);
    const log: string[] = [];
    const send = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await tick();
      log.push(`${name} ends`);
    };
    await Promise.all([turns.run(undefined, send('a')), turns.run(undefined, send('b'))]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after a statement that failed', async () => {
    const turns = new StatementTurns(true);
    const failing = turns.run(undefined, () => Promise.reject(new Error('no')));
    const next = turns.run(undefined, () => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('refuses a statement that waits too long for a savepoint, and not one that waits for other statements', async () => {
    const turns = new StatementTurns(true, 20);
    const slow = turns.run(undefined, () => new Promise((resolve) => setTimeout(resolve, 60)));
    const behind = turns.run(undefined, () => Promise.resolve('sent'));
    await slow;
    expect(await behind).toBe('sent');
    await turns.hold(undefined, false);
    await expect(turns.run(undefined, () => Promise.resolve())).rejects.toMatchObject({
      code: 'SAVEPOINT_HELD',
      details: { waitedMs: 20 },
    });
  });

  it('refuses what waits when the transaction is rolled back', async () => {
    const turns = new StatementTurns(true);
    const held = await turns.hold(undefined, false);
    const waiting = turns.run(undefined, () => Promise.resolve());
    turns.abandon(() => new Error('rolled back'));
    await expect(waiting).rejects.toThrow('rolled back');
    await expect(turns.run(held, () => Promise.resolve())).rejects.toMatchObject({ code: 'SAVEPOINT_ENDED' });
    expect(await turns.run(undefined, () => Promise.resolve('free'))).toBe('free');
  });

  it('never sends a statement outside of the savepoint it belongs to, whatever runs side by side', async () => {
    const step = fc.record({ pauses: fc.nat(3), kind: fc.constantFrom('statement', 'nest', 'floating'), fails: fc.boolean() });
    const flow = fc.array(step, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(flow, { minLength: 2, maxLength: 5 }), async (flows) => {
        const server = new Server();
        await Promise.all(flows.map((steps, index) => server.work(`f${index}`, steps, 0)));
        await Promise.allSettled(server.floating);
        expect(server.wrong).toEqual([]);
        expect(server.depth).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

interface Step {
  readonly pauses: number;
  readonly kind: string;
  readonly fails: boolean;
}

/** What the server would do: a stack of savepoints, each with the flow that it belongs to. */
class Server {
  readonly wrong: string[] = [];
  readonly floating: Promise<unknown>[] = [];
  private readonly turns = new StatementTurns(true);
  private readonly stack: string[] = [];

  get depth(): number {
    return this.stack.length;
  }

  async work(owner: string, steps: readonly Step[], nesting: number, scope?: string): Promise<void> {
    for (const { pauses, kind, fails } of steps) {
      for (let pause = 0; pause < pauses; pause++) await tick();
      if (kind === 'nest' && nesting < 3) await this.transaction(`${owner}/${nesting}`, steps.slice(1), nesting + 1, fails);
      else if (kind === 'floating' && scope !== undefined) this.floating.push(this.float(scope));
      else await this.statement(scope);
    }
  }

  /** Not awaited by its transaction: may come when that is over, and must then be refused. */
  private async float(scope: string): Promise<void> {
    for (let pause = 0; pause < 4; pause++) await tick();
    await this.statement(scope).catch((error: unknown) => {
      if (codeOf(error) !== 'SAVEPOINT_ENDED') this.wrong.push(`floating in ${scope}: ${String(error)}`);
    });
  }

  private async statement(scope: string | undefined): Promise<void> {
    await this.turns.run(this.turns.placeOfFlow(), async () => {
      if (this.stack.at(-1) !== scope) this.wrong.push(`a statement of ${scope} was sent in ${this.stack.at(-1)}`);
      await tick();
    });
  }

  private transaction(name: string, steps: readonly Step[], nesting: number, fails: boolean): Promise<void> {
    const unique = `${name}#${Math.random()}`;
    return inSavepointScope(async () => {
      const scope = freshScope();
      const held: HeldSavepoint = await this.turns.hold(this.turns.placeOfFlow(), true);
      if (scope) scope.savepoint = held;
      await this.turns.run(held, async () => void this.stack.push(unique));
      await this.work(name, steps, nesting, unique);
      await this.turns.run(held, async () => {
        this.turns.end(held);
        this.stack.pop();
        await tick();
      });
      this.turns.letGo(held, fails ? 'rolled back' : 'released');
    });
  }
}
