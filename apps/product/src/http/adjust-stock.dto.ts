import { IsInt, Max, Min } from 'class-validator';
import { LARGEST } from './create-product.dto.js';

/** A name for it, since @nestjs/swagger describes nothing of a class that has `-LARGEST` in a decorator. */
export const SMALLEST = -LARGEST;

export class AdjustStockBody {
  /**
   * Pieces that came, or, below zero, that went.
   * @example 20
   */
  @IsInt()
  @Min(SMALLEST)
  @Max(LARGEST)
  delta!: number;
}
