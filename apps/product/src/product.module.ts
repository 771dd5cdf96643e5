import { AuthModule } from '@minos/auth/module';
import { DiscoveryModule } from '@minos/discovery/module';
import { BodyValidationPipe, MinosModule } from '@minos/nest';
import { DocumentsModule } from '@minos/nest/documents';
import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { Catalogue } from './catalogue/catalogue.projection.js';
import { AdjustStockHandler } from './commands/adjust-stock.handler.js';
import { CreateProductHandler } from './commands/create-product.handler.js';
import { ReleaseStockHandler } from './commands/release-stock.handler.js';
import { ReserveStockHandler } from './commands/reserve-stock.handler.js';
import { SellStockHandler } from './commands/sell-stock.handler.js';
import { StockTurns } from './commands/stock-turns.js';
import { Product } from './domain/product.aggregate.js';
import { Reservation } from './domain/reservation.aggregate.js';
import { ProductsController } from './http/products.controller.js';
import { GetProductHandler } from './queries/get-product.handler.js';
import { GetProductsHandler } from './queries/get-products.handler.js';
import { ListProductsHandler } from './queries/list-products.handler.js';

@Module({
  imports: [
    MinosModule.forRoot({
      service: 'product',
      cqrs: { feedReaders: ['order'] },
      database: { name: 'product' },
      // Reservations of one product wait for each other: more of them at once would wait longer and not be done sooner.
      messaging: { consumers: { concurrency: { total: 32 } } },
      links: { OpenAPI: '/docs/openapi', AsyncAPI: '/docs/asyncapi' },
    }),
    AuthModule.forRoot({ messages: true }),
    DiscoveryModule.forRoot(),
    DocumentsModule.forRoot({ title: 'Product service', description: 'Catalogue and stock of the shop.' }),
    MinosModule.forFeature({ aggregates: [Product, Reservation] }),
  ],
  controllers: [ProductsController],
  providers: [
    CreateProductHandler,
    AdjustStockHandler,
    ReserveStockHandler,
    ReleaseStockHandler,
    SellStockHandler,
    StockTurns,
    GetProductHandler,
    GetProductsHandler,
    ListProductsHandler,
    Catalogue,
    { provide: APP_PIPE, useClass: BodyValidationPipe },
  ],
})
export class ProductModule {}
