import { accountStoreContract } from './account-store.contract.js';
import type { AuthStorageUnderTest } from './auth-storage-scene.js';
import { sessionStoreContract } from './session-store.contract.js';
import { signingKeyStoreContract } from './signing-key-store.contract.js';
import { throttleStoreContract } from './throttle-store.contract.js';

/** What every storage of the server does. `make` answers an empty one each time. */
export function authStorageContract(name: string, make: () => Promise<AuthStorageUnderTest>): void {
  accountStoreContract(name, make);
  sessionStoreContract(name, make);
  signingKeyStoreContract(name, make);
  throttleStoreContract(name, make);
}
