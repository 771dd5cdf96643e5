import { Command } from '@minos/common';

@Command('account.open')
export class OpenAccount extends Command<{ version: number }> {
  constructor(
    readonly accountId: string,
    /** The largest single hold in cents; `null` where only the balance limits it. */
    readonly limit: number | null,
  ) {
    super();
  }
}
