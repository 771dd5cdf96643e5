import type { PublishOutcome } from '../../contracts/broker.js';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import { hasState, type BrokerGateway } from './broker-gateway.js';
import type { BrokerHints } from './broker-hints.js';
import { channelTopic } from './broker-hints.js';
import { NO_PARTITION, PUBLISH } from './broker.sql.js';
import type { ChannelDirectory } from './channel-directory.js';
import type { DayKeeper } from './day-keeper.js';
import { PublishBatch, type PendingMessage } from './publish-batch.js';

/** The table of the day does not exist yet. */
const NO_TABLE_OF_DAY = '23514';
/** Deadlock, serialization failure: the statement left nothing. */
const TRY_AGAIN = ['40P01', '40001'];
const TRIES = 3;

/** Appends batches to the log, and hints once they are committed. */
export class LogWriter {
  constructor(
    private readonly gateway: BrokerGateway,
    private readonly channels: ChannelDirectory,
    private readonly days: DayKeeper,
    private readonly hints: BrokerHints,
  ) {}

  async append(messages: readonly PendingMessage[]): Promise<PublishOutcome[]> {
    const batch = new PublishBatch(messages);
    const firsts = await this.write(batch.values(), messages);
    for (const channel of new Set(messages.map(({ channel }) => channel))) this.hints.hint(channelTopic(channel));
    return batch.outcomes(firsts);
  }

  /** Tries again only where the server has said that it stored nothing. */
  private async write(values: readonly unknown[], messages: readonly PendingMessage[]): Promise<bigint[]> {
    for (let tried = 1; ; tried++) {
      try {
        const rows = await this.gateway.call<{ firsts: bigint[] }>('publish', PUBLISH, values);
        return rows[0]?.firsts ?? [];
      } catch (error) {
        if (hasState(error, NO_PARTITION)) throw await this.misplaced(messages, error);
        if (tried === TRIES) throw error;
        if (hasState(error, NO_TABLE_OF_DAY)) await this.days.prepare();
        else if (!hasState(error, ...TRY_AGAIN)) throw error;
      }
    }
  }

  /** A channel that this process has met is not there any more: `CHANNEL_UNKNOWN`, or it was made anew. */
  private async misplaced(messages: readonly PendingMessage[], cause: unknown): Promise<Error> {
    this.channels.forget();
    try {
      const names = messages.map(({ channel }) => channel);
      await this.channels.find(names, 'find-channels');
      return new BrokerUnavailableError('The channels of the PostgreSQL broker were made anew. Publish again.', { cause });
    } catch (error) {
      return error as Error;
    }
  }
}
