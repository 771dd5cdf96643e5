import { keyHash } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { CheckpointStore } from '../../contracts/checkpoint-store.js';
import type { FeedPosition } from '../../contracts/event-store.js';
import { DELETE_CHECKPOINT, READ_CHECKPOINT, SET_CHECKPOINT } from './checkpoint.sql.js';

/** Checkpoints in `minos.checkpoints`. They are moved by the change of {@link CheckpointWriter}, in the unit of the effects. */
export class PostgresCheckpointStore implements CheckpointStore {
  /** @param tenant whose subscriptions these are; a service has one set of subscriptions, so it is empty but for special uses */
  constructor(
    private readonly database: SqlExecutor,
    private readonly tenant = '',
  ) {}

  async load(subscription: string): Promise<FeedPosition | undefined> {
    const { rows } = await this.database.query<{ position: FeedPosition }>(READ_CHECKPOINT, [this.tenant, subscription]);
    return rows[0]?.position;
  }

  async reset(subscription: string, to: FeedPosition | undefined): Promise<void> {
    if (to === undefined) await this.database.query(DELETE_CHECKPOINT, [this.tenant, subscription]);
    else await this.database.query(SET_CHECKPOINT, [this.tenant, subscription, to, keyHash(subscription)]);
  }
}
