import type { ServiceCredential } from '@minos/auth';
import { type Clock, type Duration, option, type ResolvedOptions, SystemClock, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';

export interface RegistryDirectoryOptions {
  /** Replicas of the registry; one is used at a time. */
  readonly urls: readonly string[];
  readonly credential: ServiceCredential;
  /** How long a registry may take to answer, and after which silence another one is asked. @default '15s' */
  readonly silence?: Duration;
  /** First pause after a failure; it doubles up to 20 times that. @default '250ms' */
  readonly retry?: Duration;
  /** Hears of what failed, and of what listeners throw. @default nobody */
  readonly onTrouble?: (message: string) => void;
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
  silence: option.duration({ min: 10 }).default('15s'),
  retry: option.duration({ min: 1 }).default('250ms'),
  onTrouble: option.custom<(message: string) => void>('a function', (value) => typeof value === 'function').default(() => undefined),
  clock: option.custom<Clock>('a Clock', (value) => typeof value === 'object' && value !== null).default(new SystemClock()),
});

export type ResolvedRegistryDirectoryOptions = ResolvedOptions<ReturnType<typeof fields>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRegistryDirectoryOptions(options: RegistryDirectoryOptions): ResolvedRegistryDirectoryOptions {
  return validateOptions('RegistryDirectory', fields(), options);
}
