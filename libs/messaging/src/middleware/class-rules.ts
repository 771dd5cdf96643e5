import type { MessageClass } from '@minos/common';
import { ValidationPackageMissingError, type MessageFault } from './middleware.errors.js';
import { faultsOf, type Rule } from './validation-faults.js';

type ClassValidator = typeof import('class-validator');
type ClassTransformer = typeof import('class-transformer');

export interface ClassRules {
  /** What of the message breaks a rule. The message itself stays as it is. */
  faultsOf(message: object): Promise<readonly MessageFault[]>;
}

/** A field that an older release does not know is no fault: producers add fields before consumers know them. */
const OPTIONS = { whitelist: false, forbidUnknownValues: false, validationError: { target: false, value: true } };
const NESTED = 'nestedValidation';

/**
 * The rules that class-validator's decorators wrote on a message class and on those above it. Both packages are optional peers: without class-validator
 * no class has rules. Throws `VALIDATION_PACKAGE_MISSING` where only class-transformer is missing and the class has nested objects.
 */
export function classRulesOf(type: MessageClass): ClassRules | undefined {
  const validator = load(() => require('class-validator') as ClassValidator);
  if (validator === undefined) return undefined;
  const rules = rulesOf(validator, type);
  if (rules.length === 0) return undefined;
  const instanceOf = rules.some((rule) => rule.type === NESTED) ? nestedInstances(type) : (message: object): object => message;
  return {
    faultsOf: async (message) => {
      // The packages find the rules by this property.
      if (Object.hasOwn(message, 'constructor'))
        return [{ path: 'constructor', message: 'is the name of something that every object has' }];
      const instance = instanceOf(message);
      return faultsOf(await validator.validate(instance, OPTIONS), instance, (target) => rulesOf(validator, target));
    },
  };
}

/** A copy whose nested objects are instances of their classes (`@Type()`), so that their rules are found. The constructor of the message does not run. */
function nestedInstances(type: MessageClass): (message: object) => object {
  const { plainToClassFromExist } = loadTransformer(type);
  return (message) => plainToClassFromExist(Object.create(type.prototype as object) as object, message);
}

function loadTransformer(type: MessageClass): ClassTransformer {
  try {
    return require('class-transformer') as ClassTransformer;
  } catch (cause) {
    throw new ValidationPackageMissingError(type.name, cause);
  }
}

function rulesOf({ getMetadataStorage }: ClassValidator, type: object): readonly Rule[] {
  return getMetadataStorage().getTargetValidationMetadatas(type as new () => object, '', false, false);
}

function load<T>(require: () => T): T | undefined {
  try {
    return require();
  } catch {
    return undefined;
  }
}
