import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { LARGEST_AMOUNT } from '../domain/amount.js';

export class OpenAccountBody {
  /** The account's id, if the client wants to choose it. */
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
