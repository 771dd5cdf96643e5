import type { CommitRequest, PinnedTransaction, UnitCommitter } from '@minos/common';

/** What a committer has to know of the process that uses it. */
export interface Life {
  readonly isDead: boolean;
  /** Hears of the end. */
  onDeath(listener: () => void): void;
  /** Never settles once the process is dead. */
  living(): Promise<void>;
}

/** A process's way to the committer of its storage. What was handed over is stored; its transactions are rolled back when it dies, as a server does that loses the connection. */
export class MortalCommitter implements UnitCommitter {
  constructor(
    private readonly committer: UnitCommitter,
    private readonly life: Life,
  ) {}

  get exclusive(): boolean {
    return this.committer.exclusive ?? false;
  }

  async commit(request: CommitRequest): Promise<readonly unknown[]> {
    await this.life.living();
    return this.committer.commit(request).finally(() => this.life.living());
  }

  async pin(unitId: string, tenant: string): Promise<PinnedTransaction> {
    const { life } = this;
    await life.living();
    const pinned = await this.committer.pin(unitId, tenant);
    let isOver = false;
    const end = (how: 'commit' | 'rollback') => async (): Promise<void> => {
      await life.living();
      if (isOver) return;
      isOver = true;
      await pinned[how]().finally(() => life.living());
    };
    life.onDeath(() => {
      if (isOver) return;
      isOver = true;
      void pinned.rollback();
    });
    return {
      handle: pinned.handle,
      write: async (changes) => {
        await life.living();
        return pinned.write(changes).finally(() => life.living());
      },
      explain: (error) => pinned.explain?.(error) ?? error,
      commit: end('commit'),
      rollback: end('rollback'),
    };
  }

  async close(): Promise<void> {
    await this.life.living();
  }
}
