import type { MessageClass } from '@minos/common';
import type { INestApplication } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { PackageMissingError } from '../../boot/boot.errors.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { OpenApiDocument } from './openapi-document.js';

/** What is used of @nestjs/swagger. */
export interface SwaggerPackage {
  readonly SwaggerModule: { createDocument(app: INestApplication, config: object, options?: object): OpenApiDocument };
}

/** A module without controllers, for a document that holds schemas alone. */
class NoRoutes {}

/** Makes documents of the application's routes and classes with @nestjs/swagger. */
export class OpenApiSource {
  private readonly application: INestApplication;

  constructor(
    private readonly swagger: SwaggerPackage,
    { modules, config, adapterHost }: { modules: ModulesContainer; config: ApplicationConfig; adapterHost: HttpAdapterHost },
  ) {
    // What a scanner of @nestjs/swagger 11 and 12 reads of an application; a module cannot inject the application itself.
    const container = { getModules: () => modules, isGlobalModule: () => false };
    this.application = { container, config, getHttpAdapter: () => adapterHost.httpAdapter } as unknown as INestApplication;
  }

  document(config: object): OpenApiDocument {
    return this.swagger.SwaggerModule.createDocument(this.application, { ...config, components: {}, tags: [] });
  }

  /** The class and the classes that it names, by their names. */
  schemasOf(target: MessageClass): Readonly<Record<string, JsonSchema>> {
    const options = { include: [NoRoutes], extraModels: [target] };
    const { components } = this.swagger.SwaggerModule.createDocument(this.application, { info: { title: '', version: '' } }, options);
    return components?.schemas ?? {};
  }
}

/** Loads the optional peer at the moment of need; throws `PACKAGE_MISSING`. */
export function loadSwagger(): SwaggerPackage {
  try {
    return require('@nestjs/swagger') as SwaggerPackage;
  } catch (cause) {
    throw new PackageMissingError('@nestjs/swagger', 'The OpenAPI document of DocumentsModule', cause);
  }
}

/** `undefined` where it is not installed. */
export function findSwagger(): SwaggerPackage | undefined {
  try {
    return loadSwagger();
  } catch {
    return undefined;
  }
}
