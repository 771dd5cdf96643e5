import { Command, isRejection } from '@minos/common';
import { Authorize, HandlerMiddleware, type MessageChainOptions } from '@minos/messaging';
import type { HandlerCall, MessageContext, MessageLog, MessageMiddleware } from '@minos/messaging/contracts';
import { isMinosContext, minosContextOf } from '@minos/messaging/nest';
import { type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsString, Min, ValidateNested } from 'class-validator';

// #region rules
class Line {
  @IsString() sku!: string;
  @IsInt() @Min(1) quantity!: number;
}

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
export class ReserveStock extends Command<{ lines: number }> {
  @IsString() orderId!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Line) lines!: Line[];
}
// #endregion

// #region guard
/** Only what came within a correlation of the shop. */
@Injectable()
export class ShopGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!isMinosContext(context)) return true; // a request: other guards look at it
    return minosContextOf(context).envelope.correlationid !== undefined;
  }
}
// #endregion

// #region handler
@Authorize({ roles: ['clerk'] })
@UseGuards(ShopGuard)
@Injectable()
export class ReserveStockHandler {
  execute(command: ReserveStock, context: MessageContext) {
    if (context.signal.aborted) throw new Error('too late');
    return { lines: command.lines.length };
  }
}
// #endregion

// #region middleware
/** Notes what was refused; it commits nothing, so it may only speak of it. */
@HandlerMiddleware({ order: 10, on: ['command'] })
@Injectable()
export class Refusals implements MessageMiddleware {
  readonly seen: string[] = [];

  async handle({ name }: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    try {
      return await next();
    } catch (error) {
      if (isRejection(error)) this.seen.push(`${name}: ${error.code}`);
      throw error;
    }
  }
}
// #endregion

// #region chain
export function chainOptions(log: MessageLog, refusals: Refusals): MessageChainOptions {
  return {
    log, // a line for each failed try and each parked message
    authorizer: { authorize: ({ name }, principal) => !name.startsWith('admin.') || principal?.subject === 'root' },
    middleware: [refusals],
  };
}
// #endregion
