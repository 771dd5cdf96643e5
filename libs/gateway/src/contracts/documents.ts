import type { ServiceInstance } from '@minos/discovery';

/** Where the OpenAPI documents of services come from. */
export interface DocumentSource {
  /**
   * The bytes of the document of the service that `instance` belongs to. Rejects where there is none, where it is larger than `mostBytes`, and as soon as `signal` aborts. What is read is not believed.
   */
  read(instance: ServiceInstance, limits: { readonly mostBytes: number; readonly signal: AbortSignal }): Promise<Uint8Array>;
}
