import { waitFor } from '@minos/common';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { DirectorySnapshot, ServiceDirectory } from '../../contracts/index.js';
import { DirectoryUnavailableError } from '../directory/directory.errors.js';
import { DirectoryState } from '../directory/directory-state.js';
import { KubernetesApi } from './kubernetes-api.js';
import {
  type KubernetesDirectoryOptions,
  NAMESPACE_FILE,
  resolveKubernetesOptions,
  type ResolvedKubernetesOptions,
} from './kubernetes-directory.options.js';
import { type Resource, ResourceWatch } from './resource-watch.js';
import { ServiceEndpoints } from './service-endpoints.js';
import { type EndpointSlice, instancesOf } from './slice-instances.js';

const VERSION_LABEL = 'app.kubernetes.io/version';
const LOOK = "Look whether the pod's account may list and watch services and endpointslices there.";

/** The directory of a Kubernetes cluster: EndpointSlices say where services are, annotations of Services or options what they serve. */
export class KubernetesDirectory implements ServiceDirectory {
  private readonly options: ResolvedKubernetesOptions;
  private readonly state: DirectoryState;
  private readonly stopping = new AbortController();
  private readonly endpoints: ServiceEndpoints;
  private services: ReadonlyMap<string, Resource> | undefined;
  private slices: readonly EndpointSlice[] | undefined;
  private readonly troubles = new Map<string, Error>();
  private shown = false;
  private running: Promise<void> | undefined;
  private readonly known: Promise<void>;
  private isKnown: () => void = () => undefined;

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: KubernetesDirectoryOptions = {}) {
    this.options = resolveKubernetesOptions(options);
    this.state = new DirectoryState((error) => this.options.onTrouble(`A listener of the directory failed: ${String(error)}`));
    this.endpoints = new ServiceEndpoints(this.options.endpoints, this.options.onTrouble);
    this.known = new Promise((resolve) => (this.isKnown = resolve));
  }

  get current(): DirectorySnapshot {
    return this.state.current;
  }

  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void {
    return this.state.subscribe(listener);
  }

  async open(withinMs: number): Promise<void> {
    this.running ??= this.run();
    if (await waitFor(this.known, withinMs)) return;
    throw new DirectoryUnavailableError(`the Kubernetes API at ${this.options.url}`, withinMs, LOOK, [...this.troubles.values()][0]);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const namespace = this.options.namespace ?? (await readFile(NAMESPACE_FILE, 'utf8').catch(() => 'default')).trim();
    const base = `namespaces/${encodeURIComponent(namespace)}`;
    await Promise.all([
      this.watch('Services', `/api/v1/${base}/services`, (services) => {
        this.services = new Map(services.map((service) => [service.metadata.name, service]));
      }),
      this.watch('EndpointSlices', `/apis/discovery.k8s.io/v1/${base}/endpointslices`, (slices) => {
        this.slices = slices;
      }),
    ]);
  }

  private watch(what: string, path: string, take: (resources: readonly Resource[]) => void): Promise<void> {
    const { clock, retry: retryMs, labelSelector: selector } = this.options;
    const onChange = (resources: readonly Resource[]): void => {
      take(resources);
      this.show();
    };
    const watch = new ResourceWatch({
      api: new KubernetesApi(this.options),
      clock,
      path,
      selector,
      retryMs,
      onChange,
      onState: (trouble) => this.note(what, trouble),
    });
    return watch.run(this.stopping.signal);
  }

  private note(what: string, trouble: Error | undefined): void {
    if (trouble === undefined) {
      this.troubles.delete(what);
      if (this.troubles.size === 0) this.state.markFresh();
      return;
    }
    if (!this.troubles.has(what)) this.options.onTrouble(`Watching ${what} failed and is tried again: ${trouble.message}`);
    this.troubles.set(what, trouble);
    this.state.markStale(new Date(this.options.clock.now()).toISOString());
  }

  private show(): void {
    const { services, slices, state } = this;
    if (services === undefined || slices === undefined) return;
    const instances = instancesOf(slices, {
      portName: this.options.portName,
      endpointsOf: (service) => this.endpoints.of(service),
      versionOf: (service) => service.metadata.labels?.[VERSION_LABEL] ?? '',
      services,
    });
    // Much changes in slices and Services that says nothing of instances, such as the second address of each pod.
    if (!this.shown || !isDeepStrictEqual(instances, state.current.instances)) state.show(instances, 0, state.current.staleSince);
    this.shown = true;
    this.isKnown();
  }
}
