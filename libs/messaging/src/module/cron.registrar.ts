import type { MessageChain } from '../middleware/chain.js';
import type { MessageHandlerInvoker } from '../nest/message-handler-invoker.js';
import type { CronDefinition } from '../schedule/cron-definition.js';
import type { CronContext } from '../schedule/cron.decorator.js';
import type { FoundCron } from './cron.explorer.js';
import { cronMessage } from './cron-message.js';

export interface CronRegistrarParts {
  readonly service: string;
  readonly chain: MessageChain;
  readonly invoker: MessageHandlerInvoker;
}

/** Cron handlers as the runner takes them, with everything around them that stands around message handlers. */
export function bindCrons(found: readonly FoundCron[], { service, chain, invoker }: CronRegistrarParts): CronDefinition[] {
  return found.map(({ name, expression, timezone, missed, deadlineMs, method, provider }) => {
    const { work, handler } = invoker.bind<CronContext>(provider, method);
    const run = chain.bind({ kind: 'schedule', name, handler });
    return {
      name,
      expression,
      handler: { type: handler.type, method },
      invoke: (context) => {
        const message = cronMessage(service, context);
        return run(context, message, () => work(context, message));
      },
      ...(timezone === undefined ? {} : { timezone }),
      ...(missed === undefined ? {} : { missed }),
      ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
    };
  });
}
