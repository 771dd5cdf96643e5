import { globalRunner, type ContractRunner } from '@minos/common/testing';
import { BrokerScene, type BrokerUnderTest } from './broker-scene.js';
import { brokerChannelsContract } from './broker-channels.contract.js';
import { brokerDeliveryContract } from './broker-delivery.contract.js';
import { brokerGroupsContract } from './broker-groups.contract.js';
import { brokerPublishingContract } from './broker-publishing.contract.js';

/** What every `Broker` keeps. Its waits end after 30 s each, and a test has several: give the runner a limit of some minutes for a test. */
export function brokerContract(
  name: string,
  setUp: () => BrokerUnderTest | Promise<BrokerUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, before, after, beforeEach, afterEach } = runner;
  describe(`${name} as a broker`, () => {
    let subject: BrokerUnderTest;
    let scene: BrokerScene;
    before(async () => void (subject = await setUp()));
    after(() => subject.close?.());
    beforeEach(() => void (scene = new BrokerScene(subject)));
    afterEach(() => scene.end());
    for (const part of [brokerChannelsContract, brokerPublishingContract, brokerDeliveryContract, brokerGroupsContract]) {
      part(() => scene, runner);
    }
  });
}
