import type { RegisterRequest, RegistryStore } from '../contracts/index.js';

/** What a store is made of for `registryStoreContract`: it is empty. */
export interface RegistryStoreUnderTest {
  readonly store: RegistryStore;
  /** Another registry on the same store. */
  readonly other: RegistryStore;
  /** Makes every lease, and all that has a time, as old as if this time had passed. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** Of a registration that says nothing else. */
export const LEASE_MS = 60_000;

/** A registration of an instance, with what differs. */
export function registerRequest(given: Partial<RegisterRequest> = {}): RegisterRequest {
  return {
    service: 'order',
    instance: 'order-1',
    address: 'http://10.0.0.1:8084',
    version: '1.0.0',
    metadata: {},
    endpoints: [],
    epoch: 1,
    routes: [],
    openRoutes: [],
    leaseMs: LEASE_MS,
    instancesPerService: 100,
    ...given,
  };
}
