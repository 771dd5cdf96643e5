import { IsInt, Max, Min } from 'class-validator';
import { LARGEST_AMOUNT } from '../domain/amount.js';

export class DepositBody {
  /**
   * In cents.
   * @example 10000
   */
  @IsInt()
  @Min(1)
  @Max(LARGEST_AMOUNT)
  amount!: number;
}
