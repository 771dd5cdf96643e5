import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI page at /docs, its document at /docs-json. */
export function addDocsPage(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Product service')
    .setDescription('Catalogue and stock of the shop. Errors are application/problem+json.')
    .setVersion('1.0')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
}
