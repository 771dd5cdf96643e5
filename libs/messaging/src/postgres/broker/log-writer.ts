import { textArray } from '@minos/postgres';
import type { PublishOutcome } from '../../contracts/broker.js';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import { hasState, type BrokerGateway } from './broker-gateway.js';
import { channelTopic, payloadOf, type BrokerHints } from './broker-hints.js';
import { NO_PARTITION, PUBLISH, PUBLISH_AND_NOTIFY } from './broker.sql.js';
import type { ChannelDirectory } from './channel-directory.js';
import type { DayKeeper } from './day-keeper.js';
import { PublishBatch, type PendingMessage } from './publish-batch.js';

/** The table of the day does not exist yet. */
const NO_TABLE_OF_DAY = '23514';
/** Deadlock, serialization failure: the statement left nothing. */
const TRY_AGAIN = ['40P01', '40001'];
const TRIES = 3;
/** More in one statement come from a busy publisher, whose readers are busy, too. */
const FEW = 16;
/** A listener that does not listen has filled the server's queue: messages are worth more than hints. */
const NOTIFICATIONS_FULL = '54000';

/** Appends batches to the log, and hints once they are committed. */
export class LogWriter {
  constructor(
    private readonly gateway: BrokerGateway,
    private readonly channels: ChannelDirectory,
    private readonly days: DayKeeper,
    private readonly hints: BrokerHints,
  ) {}

  /** The hint for a few messages goes with their commit, and for many in a statement of its own: commits that notify wait for each other. */
  async append(messages: readonly PendingMessage[]): Promise<PublishOutcome[]> {
    const batch = new PublishBatch(messages);
    const topics = [...new Set(messages.map(({ channel }) => channelTopic(channel)))];
    const claimed = messages.length > FEW ? [] : this.hints.claim(topics);
    const firsts = await this.write(batch.values(), claimed, messages).catch((error: unknown) => {
      // A hint for what was there before may have waited, and has been taken over.
      for (const topic of claimed) this.hints.hint(topic);
      throw error;
    });
    for (const topic of topics) {
      if (claimed.includes(topic)) this.hints.tell(topic);
      else this.hints.hint(topic);
    }
    return batch.outcomes(firsts);
  }

  /** Tries again only where the server has said that it stored nothing. */
  private async write(values: readonly unknown[], topics: readonly string[], messages: readonly PendingMessage[]): Promise<bigint[]> {
    for (let tried = 1; ; tried++) {
      try {
        const rows = await this.send(values, topics);
        return rows[0]?.firsts ?? [];
      } catch (error) {
        if (hasState(error, NO_PARTITION)) throw await this.misplaced(messages, error);
        if (tried === TRIES) throw error;
        if (hasState(error, NO_TABLE_OF_DAY)) await this.days.prepare();
        else if (!hasState(error, ...TRY_AGAIN)) throw error;
      }
    }
  }

  private async send(values: readonly unknown[], topics: readonly string[]): Promise<{ firsts: bigint[] }[]> {
    if (topics.length > 0) {
      try {
        return await this.gateway.call('publish', PUBLISH_AND_NOTIFY, [...values, textArray(topics.map(payloadOf))]);
      } catch (error) {
        if (!hasState(error, NOTIFICATIONS_FULL)) throw error;
      }
    }
    return this.gateway.call('publish', PUBLISH, values);
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
