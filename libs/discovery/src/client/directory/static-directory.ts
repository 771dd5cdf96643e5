import { OptionsInvalidError } from '@minos/common';
import type { DirectorySnapshot, Endpoint, ServiceDirectory, ServiceInstance } from '../../contracts/index.js';
import { readInstances } from './read-instances.js';
import { DirectoryState } from './directory-state.js';

/** An instance as it is written in a list; what is left out has a default. */
export interface StaticInstance {
  readonly service: string;
  readonly address: string;
  /** @default the address */
  readonly instance?: string;
  /** @default '' */
  readonly version?: string;
  /** @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** @default none */
  readonly endpoints?: readonly Endpoint[];
}

/** A fixed list of instances, from options or from JSON in the environment. */
export class StaticDirectory implements ServiceDirectory {
  private readonly state: DirectoryState;

  /** Throws `OPTIONS_INVALID`. */
  constructor(instances: readonly StaticInstance[], onFault: (error: unknown) => void = () => undefined) {
    const { instances: read, faults } = readInstances(instances.map(complete));
    if (faults.length > 0) throw new OptionsInvalidError('StaticDirectory', faults);
    this.state = new DirectoryState(onFault);
    this.state.show(read, 1);
  }

  /** Of a JSON list of instances. Throws `OPTIONS_INVALID`. */
  static parse(json: string, onFault?: (error: unknown) => void): StaticDirectory {
    let list: unknown;
    try {
      list = JSON.parse(json);
    } catch {
      list = undefined;
    }
    if (!Array.isArray(list))
      throw new OptionsInvalidError('StaticDirectory', [
        { path: '(list)', message: 'found no JSON list; give [{ "service", "address", "endpoints" }]' },
      ]);
    return new StaticDirectory(list as readonly StaticInstance[], onFault);
  }

  get current(): DirectorySnapshot {
    return this.state.current;
  }

  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void {
    return this.state.subscribe(listener);
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}
}

function complete(instance: StaticInstance): Partial<ServiceInstance> {
  return { instance: instance.address, version: '', metadata: {}, endpoints: [], state: 'up', ...instance };
}
