import type { Endpoint } from '../../contracts/index.js';
import { readEndpoints } from '../directory/read-instances.js';
import type { Resource } from './resource-watch.js';

const ANNOTATION = 'minos.dev/endpoints';

/** What Services serve: by their annotation, else by options. */
export class ServiceEndpoints {
  /** By the object that the API gave, which is another one after each change: what is wrong is told of once. */
  private readonly annotated = new WeakMap<Resource, { readonly endpoints: readonly Endpoint[] | undefined }>();

  constructor(
    private readonly given: Readonly<Record<string, readonly Endpoint[]>>,
    private readonly onTrouble: (message: string) => void,
  ) {}

  of(service: Resource): readonly Endpoint[] {
    const known = this.annotated.get(service) ?? { endpoints: this.read(service) };
    this.annotated.set(service, known);
    const { name } = service.metadata;
    return known.endpoints ?? (Object.hasOwn(this.given, name) ? this.given[name] : undefined) ?? [];
  }

  private read({ metadata }: Resource): readonly Endpoint[] | undefined {
    const annotation = metadata.annotations?.[ANNOTATION];
    if (annotation === undefined) return undefined;
    const what = `The annotation ${ANNOTATION} of the Service ${metadata.name}`;
    const list = parsed(annotation);
    if (!Array.isArray(list)) {
      this.onTrouble(`${what} is no list in JSON`);
      return undefined;
    }
    const { endpoints, faults } = readEndpoints(list);
    for (const { path, message } of faults) this.onTrouble(`${what} at ${path} ${message}; that is left out`);
    return endpoints;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
