import { isIP } from 'node:net';
import { type Clock, type Duration, option, type ResolvedOptions, SystemClock, validateOptions } from '@minos/common';
import { isHttpOrigin } from '@minos/common/http';
import type { Endpoint } from '../../contracts/index.js';

/** Which services of a cluster are found, and how. */
export interface KubernetesDirectoryOptions {
  /** Address of the API. @default that which the cluster tells its pods */
  readonly url?: string;
  /** One that is not there is empty to the API, no error. @default the pod's own */
  readonly namespace?: string;
  /**
   * Selects Services and their EndpointSlices by labels, such as `app.kubernetes.io/part-of=shop`. The cluster gives slices the labels of their Service; those made
   * by hand need them too. @default all in the namespace
   */
  readonly labelSelector?: string;
  /** File of the token; read for each request, because it changes. @default that of the pod's service account */
  readonly tokenFile?: string;
  /** File of the API's certificate authority. @default that of the pod's service account */
  readonly caFile?: string;
  /** Name of the port of a Service that requests go to. @default 'http', else its only one */
  readonly portName?: string;
  /** Endpoints by service. A Service with the annotation `minos.dev/endpoints`, a list in JSON, brings its own. @default none */
  readonly endpoints?: Readonly<Record<string, readonly Endpoint[]>>;
  /** After which silence a watch is begun anew. @default '5m' */
  readonly silence?: Duration;
  /** First pause after a failure; it doubles up to 50 times that. @default '500ms' */
  readonly retry?: Duration;
  /** Hears of what failed, and of what listeners throw. @default nobody */
  readonly onTrouble?: (message: string) => void;
  /** @default the process's */
  readonly clock?: Clock;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What the cluster tells its pods; an IPv6 host comes without brackets. */
function clusterUrl({
  KUBERNETES_SERVICE_HOST: host = 'kubernetes.default.svc',
  KUBERNETES_SERVICE_PORT: port = '443',
}: NodeJS.ProcessEnv): string {
  return `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

const fields = (env: NodeJS.ProcessEnv) => ({
  url: option.custom<string>("a URL such as 'https://10.96.0.1:443'", isHttpOrigin).default(clusterUrl(env)),
  namespace: option.string().optional(),
  labelSelector: option.string().optional(),
  tokenFile: option.string().default(`${ACCOUNT}/token`),
  caFile: option.string().default(`${ACCOUNT}/ca.crt`),
  portName: option.string().default('http'),
  endpoints: option.custom<Readonly<Record<string, readonly Endpoint[]>>>('endpoints by service', isRecord).default({}),
  silence: option.duration({ min: 10 }).default('5m'),
  retry: option.duration({ min: 1 }).default('500ms'),
  onTrouble: option.custom<(message: string) => void>('a function', (value) => typeof value === 'function').default(() => undefined),
  clock: option.custom<Clock>('a Clock', isRecord).default(new SystemClock()),
});

export type ResolvedKubernetesOptions = ResolvedOptions<ReturnType<typeof fields>>;

/** Where the pod's namespace is written. */
export const NAMESPACE_FILE = `${ACCOUNT}/namespace`;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveKubernetesOptions(
  options: KubernetesDirectoryOptions,
  env: NodeJS.ProcessEnv = process.env,
): ResolvedKubernetesOptions {
  return validateOptions('KubernetesDirectory', fields(env), options);
}
