export class OpenedAnswer {
  accountId!: string;
}

export class DepositedAnswer {
  /** Free money, in cents. */
  balance!: number;
  /** Set aside for orders, in cents. */
  held!: number;
}

/** `balance + held + captured` are all deposits. */
export class AccountAnswer {
  accountId!: string;
  /** Free money, in cents. */
  balance!: number;
  /** Set aside for orders, in cents. */
  held!: number;
  /** Paid for orders, in cents. */
  captured!: number;
  /** How many events the account has. */
  version!: number;
}
