import { currentContext, type Principal, Public } from '@minos/common';
import { Controller, type DynamicModule, Get, Module, Post, type Type } from '@nestjs/common';
import { Permissions } from '../access/permissions.decorator.js';
import { Roles } from '../access/roles.decorator.js';
import { AuthModule } from './auth.module.js';
import type { AuthModuleOptions } from './auth-module.options.js';
import { CurrentUser } from './current-user.decorator.js';

// #region controller
@Controller('orders')
class OrdersController {
  private placed = 0;

  /** Anybody who is known: the default. */
  @Get('mine')
  mine(@CurrentUser() user: Principal): string {
    return user.subject;
  }

  @Post()
  @Roles('customer', 'clerk')
  place(@CurrentUser() user: Principal): { readonly by: string; readonly number: number } {
    return { by: user.subject, number: ++this.placed };
  }

  @Post('refunds')
  @Permissions('orders.refund')
  refund(): string {
    return 'refunded';
  }

  @Get('opening-hours')
  @Public()
  openingHours(@CurrentUser() user: Principal | undefined): string {
    return `always, ${user?.subject ?? 'stranger'}`;
  }
}
// #endregion

@Controller('context')
class ContextController {
  @Get()
  show(): unknown {
    return currentContext();
  }
}

@Roles('admin')
class AdminOnly {
  @Get('inherited')
  inherited(): string {
    return 'inherited';
  }
}

@Controller('admin')
class AdminController extends AdminOnly {
  @Get()
  own(): string {
    return 'own';
  }
}

export const SECRET = 'the secret of the order service, or so';

/** A service of orders beside `minos`, which is the `MinosModule` of its spec. */
export function ordersModule(minos: DynamicModule, options: AuthModuleOptions): Type {
  @Module({ imports: [minos, AuthModule.forRoot(options)], controllers: [OrdersController, ContextController, AdminController] })
  class OrderModule {}
  return OrderModule;
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
