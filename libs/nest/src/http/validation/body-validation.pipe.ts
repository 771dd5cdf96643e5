import { type ArgumentMetadata, Injectable, Optional, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from '@nestjs/common';
import type { ProblemField } from '../problem/problem-document.js';
import { type BodyShapeLimits, DEFAULT_BODY_SHAPE, shapeFault } from './body-shape.js';
import { misplacedLists } from './nested-lists.js';
import { validationRefusal } from './validation-refusal.js';

/** More would help nobody and could be made to cost much. */
const MOST_FIELDS = 100;
/** Names and messages repeat what the client sent, and answers are kept: what is longer is cut in the middle. */
const LONGEST_TEXT = 200;

/**
 * Checks a body against its class (class-validator) and refuses fields that the class does not know. The answer is a 400 that names
 * every wrong field by its path, such as `lines[0].quantity`. A body that holds more than `limits` is refused before it costs time.
 */
@Injectable()
export class BodyValidationPipe extends ValidationPipe {
  private readonly limits: BodyShapeLimits;

  constructor(@Optional() limits: Partial<BodyShapeLimits> = {}) {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => validationRefusal(fieldsOf(errors)),
    });
    this.limits = { ...DEFAULT_BODY_SHAPE, ...limits };
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && isBodyClass(metadata.metatype)) {
      if (!isPlainObject(value))
        throw validationRefusal([{ path: '', message: 'the body must be a JSON object, sent as application/json' }]);
      const fault = shapeFault(value, this.limits);
      if (fault !== undefined) throw validationRefusal([fault]);
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }

  protected override async validate(object: object, options?: Parameters<ValidationPipe['validate']>[1]): Promise<ValidationError[]> {
    return [...(await super.validate(object, options)), ...misplacedLists(object)];
  }
}

function isBodyClass(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && ![String, Boolean, Number, Array, Object, Buffer].some((builtIn) => builtIn === (metatype as unknown));
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
  const messages = messagesOf(error);
  if (messages.length > 0) fields.push({ path: shorten(path), message: shorten(messages.join('; ')) });
  for (const child of error.children ?? []) collect(child, path, fields);
}

/** class-validator lists the rules from the last decorator to the first, and all of them for a field that is not there. */
function messagesOf({ constraints = {}, property, value }: ValidationError): string[] {
  const messages = Object.values(constraints).reverse();
  return messages.length > 0 && value === undefined ? [`${property} is missing`] : messages;
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT / 2)}…${text.slice(-LONGEST_TEXT / 2)}`;
}
