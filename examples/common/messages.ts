// #region messages
import { Command, Event, Personal, Query, Rejection } from '@minos/common';

@Event('customer.registered', { version: 1 })
export class CustomerRegistered {
  readonly customerId: string;
  @Personal({ subject: 'customerId' }) readonly email: string;

  constructor(customerId: string, email: string) {
    this.customerId = customerId;
    this.email = email;
  }
}

@Command('customer.register', { owner: 'customer', key: 'customerId' })
export class RegisterCustomer extends Command<{ customerId: string }, 'customer.email-taken'> {
  constructor(
    readonly customerId: string,
    readonly email: string,
  ) {
    super();
  }
}

@Query('customer.by-id', { owner: 'customer' })
export class CustomerById extends Query<{ email: string }> {
  constructor(readonly customerId: string) {
    super();
  }
}

export function refuseTaken(email: string, taken: ReadonlySet<string>): void {
  if (taken.has(email)) throw new Rejection('customer.email-taken', 'There is a customer with this address.');
}
// #endregion messages
