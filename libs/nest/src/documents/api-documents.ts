import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { AsyncApiDocument } from './asyncapi/asyncapi-document.js';
import { serviceAsyncApi } from './asyncapi/service-asyncapi.js';
import { DOCUMENTS_OPTIONS, type ResolvedDocumentsOptions } from './documents.options.js';
import type { OpenApiDocument } from './openapi/openapi-document.js';
import { findSwagger, loadSwagger, OpenApiSource, type SwaggerPackage } from './openapi/openapi-source.js';
import { withServiceEdge } from './openapi/service-openapi.js';
import type { SchemaSources } from './schema/payload-schemas.js';
import { swaggerSchemas } from './schema/swagger-schemas.js';
import { validatorSchemas } from './schema/validator-schema.js';
import { ServiceFactsExplorer } from './service-facts.explorer.js';

/**
 * The documents of the service. Each is made when it is first asked for, which is after the modules have initialised, and is the same from then on: what a service
 * handles does not change while it runs.
 */
@Injectable()
export class ApiDocuments {
  private made: { openApi?: OpenApiDocument; asyncApi?: AsyncApiDocument } = {};

  constructor(
    private readonly explorer: ServiceFactsExplorer,
    @Inject(DOCUMENTS_OPTIONS) private readonly options: ResolvedDocumentsOptions,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** OpenAPI 3.0: the routes over HTTP. Throws `PACKAGE_MISSING` without @nestjs/swagger. */
  openApi(): OpenApiDocument {
    return (this.made.openApi ??= this.makeOpenApi());
  }

  /** AsyncAPI 3.0: the messages over the broker. Needs no package; those that are installed say more about the messages. */
  asyncApi(): AsyncApiDocument {
    return (this.made.asyncApi ??= serviceAsyncApi(this.explorer.explore(), this.info(), this.sources()));
  }

  private makeOpenApi(): OpenApiDocument {
    const routes = this.source(loadSwagger()).document({ info: this.info() });
    const { statuses, ownRoutes } = this.explorer;
    if (statuses === undefined) return routes;
    const prefix = this.config.getGlobalPrefix().replace(/^\/*(?=.)/, '/');
    return withServiceEdge(routes, { statuses, isOwn: (path) => ownRoutes.some((own) => path === own || path === `${prefix}${own}`) });
  }

  private info(): AsyncApiDocument['info'] {
    const { title = this.explorer.service, description, version } = this.options;
    return { title, version, ...(description === undefined ? {} : { description }) };
  }

  private sources(): SchemaSources {
    const swagger = findSwagger();
    const validator = validatorSchemas();
    return {
      ...(swagger === undefined ? {} : { swagger: swaggerSchemas(this.source(swagger)) }),
      ...(validator === undefined ? {} : { validator }),
    };
  }

  private source(swagger: SwaggerPackage): OpenApiSource {
    const { modules, config, adapterHost } = this;
    return new OpenApiSource(swagger, { modules, config, adapterHost });
  }
}
