import {
  CLOCK,
  type Clock,
  type MessageMetadata,
  messageMetadataOf,
  SERVICE_NAME,
  SystemClock,
  type UnitOfWork,
  uuidv7,
} from '@minos/common';
import { CommandBus } from '@minos/cqrs';
import { channelsOf, commandBinding, Outbox } from '@minos/messaging';
import type { MessageContext, MessageHandler } from '@minos/messaging/contracts';
import { type ConsumerPlan, HandlerChain } from '@minos/messaging/module';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { EventStart } from '../definition/plan.js';
import type { KnownSaga } from '../engine/carried-sagas.js';
import type { SagaStarts } from '../engine/saga-starts.js';

export interface CommandStartsParts {
  readonly starts: SagaStarts;
  readonly unitOfWork: UnitOfWork;
}

/** What an answered start says. */
interface Started {
  readonly sagaId: string;
}

/** Lets commands begin sagas: executed here, and asked by other services. */
@Injectable()
export class CommandStarts {
  constructor(
    @Optional() private readonly commands?: CommandBus,
    @Optional() private readonly outbox?: Outbox,
    @Optional() private readonly chain?: HandlerChain,
    @Optional() @Inject(SERVICE_NAME) private readonly service: string = '',
    @Optional() @Inject(CLOCK) private readonly clock: Clock = new SystemClock(),
  ) {}

  /** Lets the bus of this process begin the saga, and makes what the consumer of the service's commands needs for the others. */
  bind(parts: CommandStartsParts, saga: KnownSaga): ConsumerPlan[] {
    const { outbox } = this;
    const starts = saga.plan.starts.filter(({ kind }) => kind === 'command');
    if (starts.length === 0 || outbox === undefined) return [];
    const handlers = new Map<string, MessageHandler>();
    for (const start of starts) {
      const metadata = messageMetadataOf(start.message) as MessageMetadata;
      this.commands?.handleBy(start.message, (command) => parts.unitOfWork.run((unit) => begin(parts, { unit, saga, start, command })));
      handlers.set(metadata.name, this.handler(parts, outbox, { saga, start, metadata }));
    }
    const { commands } = channelsOf(this.service);
    const types = [...handlers.keys()];
    const places = new Map(types.map((type) => [type, saga.type.name]));
    return [{ consumer: commands, channels: [{ name: commands, kind: 'command' }], handlers, types, places }];
  }

  private handler(parts: CommandStartsParts, outbox: Outbox, { saga, start, metadata }: Bound): MessageHandler<object> {
    const { clock, chain } = this;
    const work = (command: object, { unit, envelope }: MessageContext): Promise<Started> =>
      begin(parts, { unit, saga, start, command, messageId: `${envelope.source} ${envelope.id}` });
    const handler = { type: saga.type, method: 'plan' };
    return commandBinding(metadata, outbox, { work, handler }, { clock, ...(chain === undefined ? {} : { chain: chain.chain }) });
  }
}

interface Bound {
  readonly saga: KnownSaga;
  readonly start: EventStart;
  readonly metadata: MessageMetadata;
}

interface Begun {
  readonly unit: MessageContext['unit'];
  readonly saga: KnownSaga;
  readonly start: EventStart;
  readonly command: object;
  /** @default one for each time that it is executed here */
  readonly messageId?: string;
}

async function begin({ starts }: CommandStartsParts, { unit, saga, start, command, messageId = uuidv7() }: Begun): Promise<Started> {
  return { sagaId: await starts.begin(unit, { saga, start, message: command, messageId }) };
}
