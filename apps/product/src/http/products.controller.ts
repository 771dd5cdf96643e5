import { Public, Roles } from '@minos/auth';
import type { CommandResult, QueryResult } from '@minos/common';
import { CONSISTENCY_HEADER, consistencyToken, readPageQuery, requireConsistency } from '@minos/nest';
import { Body, Controller, Get, Headers, HttpCode, NotFoundException, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@minos/cqrs';
import { ApiConflictResponse, ApiCreatedResponse, ApiNotFoundResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AdjustStock } from '../commands/adjust-stock.command.js';
import { CreateProduct } from '../commands/create-product.command.js';
import { isSku } from '../domain/sku.js';
import { GetProduct } from '../queries/get-product.query.js';
import { ListProducts } from '../queries/list-products.query.js';
import { AdjustStockBody } from './adjust-stock.dto.js';
import { CreateProductBody } from './create-product.dto.js';
import { CreatedAnswer, ProductAnswer, ProductsAnswer } from './product.answers.dto.js';

/** What is used of a response of either adapter. */
interface ResponseHeaders {
  header(name: string, value: string): unknown;
}

@ApiTags('products')
@Controller('products')
export class ProductsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Adds a product to the catalogue. */
  @Post()
  @Roles('admin')
  @ApiCreatedResponse({ type: CreatedAnswer })
  @ApiConflictResponse({ description: 'The product exists already.' })
  async create(@Body() body: CreateProductBody, @Res({ passthrough: true }) response: ResponseHeaders): Promise<CreatedAnswer> {
    const { sku, title, price, onHand } = body;
    const { version } = await this.commands.execute<CreateProduct, CommandResult<CreateProduct>>(
      new CreateProduct(sku, title, price, onHand),
    );
    response.header('Location', `/products/${encodeURIComponent(sku)}`);
    response.header(CONSISTENCY_HEADER, consistencyToken(mark(sku, version)));
    return { sku };
  }

  /** The products in the order of their skus. */
  @Get()
  @Public()
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } })
  @ApiQuery({ name: 'after', required: false, description: 'The `next` of the page before', schema: { type: 'string' } })
  @ApiOkResponse({ type: ProductsAnswer })
  async list(
    @Query('limit') limit?: unknown,
    @Query('after') after?: unknown,
    @Headers(CONSISTENCY_HEADER) token?: string,
  ): Promise<ProductsAnswer> {
    const query = readPageQuery(limit, after, isSku);
    const { items, next } = await this.queries.execute<ListProducts, QueryResult<ListProducts>>(
      new ListProducts(query.limit, query.after ?? '', token),
    );
    return { items: [...items], next };
  }

  /** The product and its stock as they are now. */
  @Get(':sku')
  @Public()
  @ApiOkResponse({ type: ProductAnswer })
  @ApiNotFoundResponse()
  async get(@Param('sku') sku: string, @Headers(CONSISTENCY_HEADER) token?: string): Promise<ProductAnswer> {
    const product = await this.queries.execute<GetProduct, QueryResult<GetProduct>>(new GetProduct(skuOf(sku)));
    requireConsistency(token, mark(product.sku, product.version));
    return product;
  }

  /** Adds pieces to the stock, or takes some that are not reserved. */
  @Post(':sku/stock')
  @Roles('admin')
  @HttpCode(200)
  @ApiOkResponse({ type: ProductAnswer })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'So many pieces are not there, or they are reserved.' })
  async adjust(
    @Param('sku') sku: string,
    @Body() body: AdjustStockBody,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<ProductAnswer> {
    const product = await this.commands.execute<AdjustStock, CommandResult<AdjustStock>>(new AdjustStock(skuOf(sku), body.delta));
    response.header(CONSISTENCY_HEADER, consistencyToken(mark(product.sku, product.version)));
    return product;
  }
}

/** Nothing else can be the sku of a product. */
function skuOf(text: string): string {
  if (!isSku(text))
    throw new NotFoundException('There is no such product: a sku has 1 to 100 characters, none of them a control character.');
  return text;
}

const mark = (sku: string, version: number): { service: string; stream: string; version: number } => ({
  service: 'product',
  stream: `product-${sku}`,
  version,
});
