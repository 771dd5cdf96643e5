import type { PartState } from '@minos/cqrs';
import { ApiProperty } from '@nestjs/swagger';
import { OrderAnswer } from './order.answers.dto.js';

/** A product of the order as the catalogue shows it now. */
export class OrderedProductAnswer {
  /** @example 'mug-blue' */
  sku!: string;
  title!: string;
  /** Of one piece, in cents. What the order pays stands in its `total`. */
  price!: number;
  /** Pieces that can be ordered. */
  available!: number;
}

/** How each part came. */
export class OrderDetailsPartsAnswer {
  @ApiProperty({ enum: ['complete'] })
  order!: PartState;
  @ApiProperty({ enum: ['complete', 'omitted'] })
  products!: PartState;
}

export class OrderDetailsAnswer {
  order!: OrderAnswer;
  /** Those of its lines that the catalogue knows. Missing where the product service does not answer. */
  @ApiProperty({ type: [OrderedProductAnswer], required: false })
  products?: OrderedProductAnswer[];
  /** Whether every part is there. */
  complete!: boolean;
  parts!: OrderDetailsPartsAnswer;
}
