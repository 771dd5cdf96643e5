// #region test
import { createTestingApp } from '@minos/nest/testing';
import { testAggregate } from '@minos/event-sourcing/testing';
import { CommandBus } from '@minos/cqrs';
import { Account, AccountModule, AccountOpened, MoneyWithdrawn, OpenAccount, WithdrawMoney } from './account.js';

describe('an account', () => {
  const opened = testAggregate(Account).given(new AccountOpened(100));

  it('gives what it has', () => {
    opened.when((account) => account.withdraw(30)).then(new MoneyWithdrawn(30));
  });

  it('gives no more than it has', () => {
    opened.when((account) => account.withdraw(101)).thenRejected('account.overdrawn');
  });

  it('serves many at once, each from what the one before left', async () => {
    const service = await createTestingApp(AccountModule);
    const commands = service.get(CommandBus);
    await commands.execute(new OpenAccount('1', 100));
    const answers = await Promise.all(Array.from({ length: 10 }, () => commands.execute(new WithdrawMoney('1', 10))));
    expect(answers.map(({ balance }) => balance)).toEqual([90, 80, 70, 60, 50, 40, 30, 20, 10, 0]);
    await service.close();
  });
});
// #endregion
