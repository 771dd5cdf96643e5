import { Public } from '@minos/common';
import { applyDecorators, UseGuards } from '@nestjs/common';
import { ManagementGuard } from './management.guard.js';

/**
 * Routes that show how the service is inside: metrics, documents. Outside production anybody may call them; there only who {@link ManagementGuard} lets in. A guard before all routes, such as that of `@minos/auth`, leaves them to it.
 */
export function Management(): ClassDecorator {
  return applyDecorators(Public(), UseGuards(ManagementGuard));
}
