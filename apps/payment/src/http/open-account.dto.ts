import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { LARGEST_AMOUNT } from '../domain/amount.js';

/** What works as it stands; the id of the schema alone would be made up, and somebody else's. */
export const OPEN_ACCOUNT_EXAMPLES = {
  'the own account': { value: { limit: 50_000 } },
  'without logins': { value: { accountId: '0190c8a0-0000-7000-8000-000000000001', limit: 50_000 } },
};

export class OpenAccountBody {
  /** The account's id: that of the user, who need not name it. Only who may open any account chooses. */
  @IsOptional()
  @IsUUID()
  accountId?: string;

  /**
   * The largest single hold, in cents; without it only the balance limits a hold.
   * @example 50000
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_AMOUNT)
  limit?: number;
}
