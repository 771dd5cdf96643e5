import { IsInt, Max, Min } from 'class-validator';
import { LARGEST } from './create-product.dto.js';

export class AdjustStockBody {
  /**
   * Pieces that came, or, below zero, that went.
   * @example 20
   */
  @IsInt()
  @Min(-LARGEST)
  @Max(LARGEST)
  delta!: number;
}
