import { Public } from '@minos/common';
import { applyDecorators, UseGuards } from '@nestjs/common';
import { ManagementGuard } from './management.guard.js';

/**
 * Routes that show how the service is inside: metrics, documents. In production only who {@link ManagementGuard} lets in may call them; elsewhere anybody. A guard before all routes, such as that of `@minos/auth`, leaves them to it.
 */
export function ManagementOnly(): ClassDecorator {
  return applyDecorators(Public(), UseGuards(ManagementGuard));
}
