import type { MessageClass } from '@minos/common';
import type { OpenApiSource } from '../openapi/openapi-source.js';
import type { JsonSchema, StandaloneSchema } from './json-schema.js';

/** What `@ApiProperty`, or the plugin of @nestjs/swagger, says about a class; `undefined` where it says nothing. */
export type SwaggerSchemas = (target: MessageClass) => StandaloneSchema | undefined;

/** Reads the schemas of classes as @nestjs/swagger writes them into a document. A class that it cannot describe, because it does not know a property's type, says nothing. */
export function swaggerSchemas(source: Pick<OpenApiSource, 'schemasOf'>): SwaggerSchemas {
  return (target) => {
    try {
      const { [target.name]: root, ...definitions } = source.schemasOf(target);
      return root === undefined || !isSaid(root) ? undefined : { root, definitions };
    } catch {
      return undefined;
    }
  };
}

function isSaid({ properties, allOf }: JsonSchema): boolean {
  return allOf !== undefined || Object.keys((properties as object | undefined) ?? {}).length > 0;
}
