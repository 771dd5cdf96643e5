import type { Clock } from '@minos/common';
import type { GroupListener, PartitionRef, StartPosition, StoredMessage } from '../../contracts/broker.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import { FetchLoop } from '../read/fetch-loop.js';
import { PartitionFlow } from '../read/partition-flow.js';
import { startOffset } from '../read/start-offsets.js';
import type { EndOfHolding } from './holding.js';
import { Holding } from './holding.js';

export interface GenerationOptions {
  readonly links: KafkaLinks;
  readonly clock: Clock;
  readonly listener: GroupListener;
  readonly batchSize: number;
  readonly revokeGraceMs: number;
  readonly answered: () => void;
  /** The listener did not say where to begin: all is given up. */
  readonly refused: (error: unknown) => void;
}

const ASK_AGAIN_MS = 200;

const nameOf = ({ channel, partition }: PartitionRef): string => `${channel} ${partition}`;

/** What a member holds between two joins. */
export class Generation {
  private readonly holdings: readonly Holding[];
  private readonly loop: FetchLoop;
  private positioned = 0;

  constructor(
    private readonly options: GenerationOptions,
    partitions: readonly PartitionRef[],
    /** By name of the partition, how long its assignment before this one takes to end. */
    endings: Map<string, Promise<void>>,
  ) {
    const { links, clock, answered, listener } = options;
    this.loop = new FetchLoop({ links, clock, answered, expecting: () => !this.isComplete });
    this.holdings = partitions.map((place) => new Holding(place, listener, endings.get(nameOf(place)) ?? Promise.resolve()));
  }

  /** Whether the position of every partition is known. */
  get isComplete(): boolean {
    return this.positioned === this.holdings.length;
  }

  get assignment(): PartitionRef[] {
    return this.holdings.filter(({ isHeld }) => isHeld).map(({ place }) => place);
  }

  begin(): void {
    for (const holding of this.holdings) {
      this.open(holding).catch((error: unknown) => {
        if (!holding.isEnding) this.options.refused(error);
      });
    }
  }

  flowOf(place: PartitionRef): PartitionFlow | undefined {
    return this.holdings.find((holding) => holding.isHeld && nameOf(holding.place) === nameOf(place))?.flow;
  }

  /**
   * Stops delivery and tells the listener of every partition. Resolves when it has settled, or the grace time is over; what is left is told `lost` then.
   * Notes in `endings` what goes on beyond that.
   */
  async end(how: () => EndOfHolding, endings: Map<string, Promise<void>>): Promise<void> {
    let late = false;
    const ends = this.holdings.map((holding) => {
      const ending = holding.end(() => (late ? 'lost' : how()));
      endings.set(nameOf(holding.place), ending);
      return ending;
    });
    void this.loop.stop();
    const over = new AbortController();
    const grace = this.options.clock.sleep(this.options.revokeGraceMs, over.signal).catch(() => undefined);
    await Promise.race([Promise.all(ends), grace]);
    late = true;
    over.abort();
  }

  private async open(holding: Holding): Promise<void> {
    const start = await holding.begin();
    if (start === undefined) return;
    const offset = await this.offsetOf(holding, start);
    if (offset === undefined || holding.isEnding) return;
    const { batchSize, clock, listener } = this.options;
    const { place } = holding;
    const deliver = (messages: readonly StoredMessage[]): Promise<void> => listener.messages(place, messages);
    holding.flow = new PartitionFlow({ place, batchSize, clock, deliver, changed: this.loop.changed }, offset);
    this.positioned++;
    this.loop.add(holding.flow);
  }

  /** Asks until Kafka tells, or the assignment ends. */
  private async offsetOf(holding: Holding, start: StartPosition): Promise<bigint | undefined> {
    while (!holding.isEnding) {
      try {
        return await this.options.links.use((link) => startOffset(link, holding.place, start));
      } catch {
        await this.options.clock.sleep(ASK_AGAIN_MS);
      }
    }
    return undefined;
  }
}
