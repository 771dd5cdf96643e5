import { BadRequestException } from '@nestjs/common';
import type { ProblemField } from '../problem/problem-document.js';

/** The 400 of a request that does not fit: names every wrong field. */
export function validationRefusal(errors: readonly ProblemField[]): BadRequestException {
  const names = errors.map(({ path }) => path || 'the body').join(', ');
  return new BadRequestException({ message: `The request does not fit: ${names}.`, code: 'VALIDATION_FAILED', errors });
}
