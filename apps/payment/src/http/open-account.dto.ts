import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { LARGEST_AMOUNT } from '../domain/amount.js';

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
