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
   * @example 'teapot'
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

/** What works as it stands once the product of the example of `POST /products` is there; the ids of the schema alone would be made up. */
export const PLACE_ORDER_EXAMPLES = {
  'from the own account': { value: { lines: [{ sku: 'teapot', quantity: 2 }] } },
  'without logins, where the account has to be named': {
    value: { accountId: '0190c8a0-0000-7000-8000-000000000001', lines: [{ sku: 'teapot', quantity: 2 }] },
  },
};

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
