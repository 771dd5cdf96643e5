import { option, validateOptions } from '@minos/common';
import type { CanActivate, Type } from '@nestjs/common';

/** What the documents say of the service, and where they are served. */
export interface DocumentsOptions {
  /** Where the pages are, without the first slash. @default 'docs' */
  readonly path?: string;
  /** Where the sagas of the service are described, without the first slash; `false`: nowhere. @default 'minos/sagas' */
  readonly sagas?: string | false;
  /** Whether the pages and documents are served, in production to services and admins alone; {@link ApiDocuments} makes them in any case. @default true */
  readonly controllers?: boolean;
  /** Stand before every page and document, behind the one that production has. @default none */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /** @default the name of the service */
  readonly title?: string;
  /** @default nothing */
  readonly description?: string;
  /** Of the service, as `info.version`. @default '1.0.0' */
  readonly version?: string;
}

const isPath = (value: unknown): boolean => typeof value === 'string' && /^[\w-]+(\/[\w-]+)*$/.test(value);
const isGuard = (value: unknown): boolean => typeof value === 'function' || (typeof value === 'object' && value !== null);

const FIELDS = {
  path: option.custom<string>("a path such as 'docs': letters, digits, hyphens, without a slash at its ends", isPath).default('docs'),
  sagas: option
    .custom<string | false>("a path such as 'minos/sagas', or false", (value) => value === false || isPath(value))
    .default('minos/sagas'),
  controllers: option.boolean().default(true),
  guards: option.list(option.custom<Type<CanActivate> | CanActivate>('a guard', isGuard)).default([]),
  title: option.string().optional(),
  description: option.string().optional(),
  version: option.string().default('1.0.0'),
};

export type ResolvedDocumentsOptions = ReturnType<typeof resolveDocumentsOptions>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveDocumentsOptions(given: DocumentsOptions) {
  return validateOptions('DocumentsModule.forRoot', FIELDS, given);
}

export const DOCUMENTS_OPTIONS = Symbol.for('@minos/nest/documents-options');
