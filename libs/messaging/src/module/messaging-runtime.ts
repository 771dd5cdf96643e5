import { Injectable } from '@nestjs/common';
import { MessagingWatch } from '../health/messaging-watch.js';
import { InboxPurge } from '../inbox/inbox-purge.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { Requests } from '../request/requests.js';
import { ScheduleRunner } from '../schedule/schedule-runner.js';
import { ChannelKeeper } from './channel-keeper.js';
import { Consumers } from './consumers.js';
import { Crons } from './crons.js';
import { KeptChannels } from './kept-channels.js';

/** How long the end of a process waits for replies to what was asked. */
const REPLIES_MS = 10_000;

/** What of messaging runs in a process, in the order in which it starts and ends. */
@Injectable()
export class MessagingRuntime {
  private started = false;
  private ended = false;

  constructor(
    private readonly channels: ChannelKeeper,
    private readonly kept: KeptChannels,
    private readonly relay: OutboxRelay,
    private readonly consumers: Consumers,
    private readonly schedules: ScheduleRunner,
    private readonly crons: Crons,
    private readonly requests: Requests,
    private readonly purge: InboxPurge,
    private readonly watch: MessagingWatch,
  ) {}

  /** Resolves with whether the broker answered. Rejects with what no waiting cures. */
  async start(): Promise<boolean> {
    this.started = true;
    await this.channels.start();
    await this.kept.look(this.purge.retentionMs);
    if (this.ended) return true;
    for (const part of [this.relay, this.consumers, this.schedules, this.crons, this.purge, this.watch]) part.start();
    return this.channels.isReady;
  }

  /** Takes nothing new, and lets end what is in handling; what is sent still leaves, and replies still come. Idempotent. */
  async stopIntake(): Promise<void> {
    this.ended = true;
    await Promise.all([this.consumers.stop(), this.crons.stop(), this.schedules.stop()]);
  }

  /** Asks nothing more, waits for the replies that are outstanding, then ends everything. Idempotent. */
  async stop(): Promise<void> {
    if (this.started) await this.requests.drain(REPLIES_MS);
    await this.requests.close();
    await Promise.all([this.relay.stop(), this.purge.stop(), this.watch.stop()]);
    await this.channels.close();
  }
}
