import { MESSAGE_REGISTRY, type MessageRegistry, SERVICE_NAME, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { Messages, Outbox, Requests, Schedules } from '@minos/messaging';
import type { InjectionToken, OptionalFactoryDependency, Provider } from '@nestjs/common';
import { Dispatch, type DispatchParts } from './dispatch.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type PartsInOrder = [
  service: string | undefined,
  unitOfWork: UnitOfWork | undefined,
  requests: Requests | undefined,
  messages: Messages | undefined,
  schedules: Schedules | undefined,
  outbox: Outbox | undefined,
  registry: MessageRegistry | undefined,
];

/** Works with what is there: without `MinosModule` every message stays in the process. */
export const DISPATCH_PROVIDER: Provider = {
  provide: Dispatch,
  useFactory: (...[service, unitOfWork, requests, messages, schedules, outbox, registry]: PartsInOrder) =>
    new Dispatch(defined({ service, unitOfWork, requests, messages, schedules, outbox, registry })),
  inject: [SERVICE_NAME, UNIT_OF_WORK, Requests, Messages, Schedules, Outbox, MESSAGE_REGISTRY].map(optional),
};

function defined(parts: { readonly [P in keyof DispatchParts]: DispatchParts[P] | undefined }): DispatchParts {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined && part !== null));
}
