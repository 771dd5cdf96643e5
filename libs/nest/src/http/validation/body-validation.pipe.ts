import { type ArgumentMetadata, BadRequestException, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from '@nestjs/common';
import type { ProblemField } from '../problem/problem-document.js';

/** More would help nobody and could be made to cost much. */
const MOST_FIELDS = 100;

/**
 * Checks a body against its class (class-validator) and refuses fields that the class does not know. The answer is a 400 that names
 * every wrong field by its path, such as `lines[0].quantity`.
 */
@Injectable()
export class BodyValidationPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory: (errors) => refuse(fieldsOf(errors)) });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && isBodyClass(metadata.metatype) && !isPlainObject(value)) {
      throw refuse([{ path: '', message: 'the body must be a JSON object, sent as application/json' }]);
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

function isBodyClass(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && ![String, Boolean, Number, Array, Object, Buffer].some((builtIn) => builtIn === (metatype as unknown));
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(errors: readonly ProblemField[]): BadRequestException {
  const names = errors.map(({ path }) => path || 'the body').join(', ');
  return new BadRequestException({ message: `The request does not fit: ${names}.`, code: 'VALIDATION_FAILED', errors });
}

function fieldsOf(errors: readonly ValidationError[]): ProblemField[] {
  const fields: ProblemField[] = [];
  for (const error of errors) collect(error, '', fields);
  return fields.slice(0, MOST_FIELDS);
}

function collect(error: ValidationError, parent: string, fields: ProblemField[]): void {
  const path = /^\d+$/.test(error.property)
    ? `${parent}[${error.property}]`
    : parent === ''
      ? error.property
      : `${parent}.${error.property}`;
  const messages = Object.values(error.constraints ?? {});
  if (messages.length > 0) fields.push({ path, message: messages.join('; ') });
  for (const child of error.children ?? []) collect(child, path, fields);
}
