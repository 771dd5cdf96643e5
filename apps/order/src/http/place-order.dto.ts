import { currentContext } from '@minos/common';
import { ownAccount } from '@shop/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

export class OrderLineBody {
  /**
   * The product.
   * @example 'mug-blue'
   */
  @IsString()
  @Length(1, 100)
  sku!: string;

  /**
   * How many pieces.
   * @example 2
   */
  @IsInt()
  @Min(1)
  @Max(1000)
  quantity!: number;
}

export class PlaceOrderBody {
  /** The order's id, if the client wants to choose it. */
  @IsOptional()
  @IsUUID()
  orderId?: string;

  /** The account that pays; without it the user's own, which has the id of the user. */
  @ValidateIf(({ accountId }: PlaceOrderBody) => accountId !== undefined || ownAccount(currentContext().principal) === undefined)
  @IsUUID()
  accountId?: string;

  /** What is ordered: 1 to 100 lines. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => OrderLineBody)
  lines!: OrderLineBody[];
}
