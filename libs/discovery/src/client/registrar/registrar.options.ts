import type { ServiceCredential } from '@minos/auth';
import { type Clock, type Duration, option, type ResolvedOptions, SystemClock, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';

export interface RegistrarOptions {
  /** Replicas of the registry; one is used at a time. */
  readonly urls: readonly string[];
  /** Of the service that registers. */
  readonly credential: ServiceCredential;
  /** Id of this process. */
  readonly instance: string;
  /** Which incarnation of the id this is; ascends where an id is used again. @default the time in milliseconds */
  readonly epoch?: number;
  /** How long one request may take. @default '3s' */
  readonly timeout?: Duration;
  /** First pause after a failure; it doubles up to 20 times that. @default '250ms' */
  readonly retry?: Duration;
  /** Hears once of each change between registered and not; `isWanted` where it is as it should be: registered, and at the end taken out. @default nobody */
  readonly onChange?: (message: string, isWanted: boolean) => void;
  /** @default the process's */
  readonly clock?: Clock;
}

const isCredential = (value: unknown): boolean => {
  const { service, secret } = (value ?? {}) as Partial<ServiceCredential>;
  return typeof service === 'string' && service !== '' && typeof secret === 'string' && secret !== '';
};

const fields = () => ({
  urls: option.list(option.custom<string>("a URL such as 'http://127.0.0.1:8081'", isHttpUrl)),
  credential: option.custom<ServiceCredential>('{ service, secret }', isCredential).secret(),
  instance: option.string(),
  epoch: option.integer({ min: 0 }).default(Date.now()),
  timeout: option.duration({ min: 1 }).default('3s'),
  retry: option.duration({ min: 1 }).default('250ms'),
  onChange: option
    .custom<(message: string, isWanted: boolean) => void>('a function', (value) => typeof value === 'function')
    .default(() => undefined),
  clock: option.custom<Clock>('a Clock', (value) => typeof value === 'object' && value !== null).default(new SystemClock()),
});

export type ResolvedRegistrarOptions = ResolvedOptions<ReturnType<typeof fields>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRegistrarOptions(options: RegistrarOptions): ResolvedRegistrarOptions {
  return validateOptions('Registrar', fields(), options);
}
