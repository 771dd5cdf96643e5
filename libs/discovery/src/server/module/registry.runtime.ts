import { waitFor } from '@minos/common';
import { COMMIT_HINTS, type CommitHintSource } from '@minos/postgres';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { RegistryFeed } from '../feed/registry-feed.js';
import { RegistryKeeper } from '../keeper/registry-keeper.js';
import { Watchers } from './watchers.js';

/** A database that does not answer keeps nobody from ending; the lease of the keeper lapses by itself. */
const END_WITHIN_MS = 3_000;

/** Lets feed and keeper run for as long as the application does. */
@Injectable()
export class RegistryRuntime implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private deaf: (() => void) | undefined;

  constructor(
    private readonly feed: RegistryFeed,
    private readonly keeper: RegistryKeeper,
    private readonly watchers: Watchers,
    @Optional() @Inject(COMMIT_HINTS) private readonly hints?: CommitHintSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.deaf = this.hints?.onHint(() => {
      this.feed.wake();
      this.keeper.wake();
    });
    // Whoever asks before the first reading would be told that there is nothing.
    await this.feed.start();
    this.keeper.start();
  }

  /** Another registry takes over at once, and watchers go to it: an open stream would keep this one from ending. */
  async onModuleDestroy(): Promise<void> {
    this.watchers.close();
    await waitFor(this.keeper.stop(), END_WITHIN_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.deaf?.();
    await waitFor(this.feed.close(), END_WITHIN_MS);
  }
}
