import { IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { SKU } from '../domain/sku.js';

/** No price and no number of pieces is larger, so that no total leaves the safe integers. */
export const LARGEST = 1_000_000_000;

export class CreateProductBody {
  /**
   * Names the product: 1 to 100 characters.
   * @example 'teapot'
   */
  @IsString()
  @Matches(SKU, { message: 'sku must have 1 to 100 characters, none of them a control character, and be neither "." nor ".."' })
  sku!: string;

  /** @example 'Teapot' */
  @IsString()
  @Length(1, 200)
  title!: string;

  /**
   * Of one piece, in cents.
   * @example 3400
   */
  @IsInt()
  @Min(0)
  @Max(LARGEST)
  price!: number;

  /**
   * Pieces in the house.
   * @example 100
   */
  @IsInt()
  @Min(0)
  @Max(LARGEST)
  onHand!: number;
}
