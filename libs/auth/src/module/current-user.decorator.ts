import { currentContext, type Principal } from '@minos/common';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The principal on whose behalf a route, or a message handler of a controller, runs; `undefined` where nobody is known. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): Principal | undefined => {
  const { principal } = currentContext();
  if (principal !== undefined || context.getType() !== 'http') return principal;
  return context.switchToHttp().getRequest<{ readonly user?: Principal }>().user;
});
