import { ApiProperty } from '@nestjs/swagger';

export class CreatedAnswer {
  /** @example 'teapot' */
  sku!: string;
}

export class ProductAnswer {
  /** @example 'teapot' */
  sku!: string;
  title!: string;
  /** Of one piece, in cents. */
  price!: number;
  /** Pieces in the house, those that are reserved included. */
  onHand!: number;
  reserved!: number;
  sold!: number;
  /** `onHand - reserved`. */
  available!: number;
  /** How many events the product has. */
  version!: number;
}

export class ListedProductAnswer {
  sku!: string;
  title!: string;
  /** Of one piece, in cents. */
  price!: number;
  available!: number;
}

export class ProductsAnswer {
  items!: ListedProductAnswer[];
  /** The `after` of the next page; `null` behind the last. */
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}
