import { SERVICE_NAME, SystemClock } from '@minos/common';
import { Logger, type Provider } from '@nestjs/common';
import { DiscoveryClient } from '../client/discovery-client.js';
import { RegistryDirectory } from '../client/directory/registry-directory.js';
import { StaticDirectory } from '../client/directory/static-directory.js';
import { KubernetesDirectory } from '../client/kubernetes/kubernetes-directory.js';
import { Registrar } from '../client/registrar/registrar.js';
import type { ServiceDirectory } from '../contracts/index.js';
import { type DiscoveryOptions, resolveDiscoveryOptions, type ResolvedDiscoveryOptions } from './discovery-options.js';
import { DiscoveryServiceMissingError } from './discovery.errors.js';
import { FirstProbe } from './health/first-probe.js';
import { DISCOVERY_OPTIONS, REGISTRAR, RESOLVED_DISCOVERY_OPTIONS, SERVICE_DIRECTORY } from './tokens.js';

/** Options say more than the environment: a list or a cluster that they name comes before a registry. */
function makeDirectory(options: ResolvedDiscoveryOptions): ServiceDirectory {
  const logger = new Logger('Discovery');
  const onTrouble = (message: string): void => logger.warn(message);
  const onFault = (error: unknown): void => onTrouble(`A listener of the directory failed: ${String(error)}`);
  if (options.static !== undefined) return new StaticDirectory(options.static, onFault);
  if (options.kubernetes !== undefined) return new KubernetesDirectory({ onTrouble, ...options.kubernetes });
  const { urls, service, secret, staticJson } = options;
  if (urls.length > 0) return new RegistryDirectory({ urls, credential: { service, secret }, onTrouble });
  return staticJson === undefined ? new StaticDirectory([], onFault) : StaticDirectory.parse(staticJson, onFault);
}

function makeRegistrar({ register, urls, service, secret, instance, epoch }: ResolvedDiscoveryOptions): Registrar | undefined {
  if (!register || urls.length === 0) return undefined;
  const logger = new Logger('Discovery');
  const onChange = (message: string, isWanted: boolean): void => (isWanted ? logger.log(message) : logger.warn(message));
  return new Registrar({ urls, credential: { service, secret }, instance, epoch, onChange });
}

function makeFirstProbe({ instance, foundWithin }: ResolvedDiscoveryOptions): FirstProbe {
  const logger = new Logger('Discovery');
  const onGivenUp = (): void =>
    logger.warn(
      `The registry has not asked ${instance} whether it is ready for ${foundWithin / 1_000} s: ready without it. Its log says why; look whether it reaches the address above.`,
    );
  return new FirstProbe({ clock: new SystemClock(), onGivenUp });
}

function resolve(options: DiscoveryOptions, service?: string): ResolvedDiscoveryOptions {
  const resolved = resolveDiscoveryOptions(options, service);
  if (resolved.urls.length > 0 && resolved.service === '') throw new DiscoveryServiceMissingError();
  return resolved;
}

export const DISCOVERY_PROVIDERS: Provider[] = [
  { provide: RESOLVED_DISCOVERY_OPTIONS, useFactory: resolve, inject: [DISCOVERY_OPTIONS, { token: SERVICE_NAME, optional: true }] },
  { provide: SERVICE_DIRECTORY, useFactory: makeDirectory, inject: [RESOLVED_DISCOVERY_OPTIONS] },
  { provide: REGISTRAR, useFactory: makeRegistrar, inject: [RESOLVED_DISCOVERY_OPTIONS] },
  { provide: FirstProbe, useFactory: makeFirstProbe, inject: [RESOLVED_DISCOVERY_OPTIONS] },
  { provide: DiscoveryClient, useFactory: (directory: ServiceDirectory) => new DiscoveryClient(directory), inject: [SERVICE_DIRECTORY] },
];
