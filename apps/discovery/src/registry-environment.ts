import type { RegistryOptions } from '@minos/discovery/server';

/** Options of the registry that the environment gives; the library checks them and has the defaults. */
export function registryEnvironment(env: NodeJS.ProcessEnv): RegistryOptions {
  const {
    DISCOVERY_INTERVAL: interval,
    DISCOVERY_NETWORKS: networks,
    DISCOVERY_OPEN_ROUTES: openRoutes,
    DISCOVERY_OPERATORS: operators,
  } = env;
  return {
    ...(interval ? { interval: interval as NonNullable<RegistryOptions['interval']> } : {}),
    ...(networks ? { networks: listOf(networks) } : {}),
    ...(openRoutes ? { openRoutes: listOf(openRoutes) } : {}),
    ...(operators ? { operators: listOf(operators) } : {}),
  };
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
