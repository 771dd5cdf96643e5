import { currentContext } from '@minos/common';
import type { UnitOfWork } from '@minos/common';

/** The tenant of the open unit, else of the surrounding context, else ''. */
export function currentTenant(unitOfWork: UnitOfWork): string {
  return unitOfWork.current()?.tenant ?? currentContext().tenant;
}
