import { type ContractRunner, globalRunner } from '@minos/common/testing';
import { sagaCountsContract } from './saga-counts.contract.js';
import { sagaDueContract } from './saga-due.contract.js';
import { sagaMailContract } from './saga-mail.contract.js';
import { sagaReadingContract } from './saga-reading.contract.js';
import { sagaSavingContract } from './saga-saving.contract.js';
import { SagaScene, type SagaStoreUnderTest } from './saga-store-scene.js';

/** What every `SagaStore` keeps, with the changes `saga.save` and `saga.mail`. */
export function sagaStoreContract(
  name: string,
  create: () => SagaStoreUnderTest | Promise<SagaStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, beforeEach, afterEach } = runner;
  describe(`${name} as a store of sagas`, () => {
    let harness: SagaStoreUnderTest | undefined;
    beforeEach(async () => void (harness = await create()));
    afterEach(() => harness?.close?.());

    const scene = new SagaScene(() => harness as SagaStoreUnderTest);
    for (const contract of [sagaSavingContract, sagaMailContract, sagaDueContract, sagaReadingContract, sagaCountsContract])
      contract(scene, runner);
  });
}
