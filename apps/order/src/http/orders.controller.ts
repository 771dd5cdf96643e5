import { type CommandResult, currentContext, isUuid, type QueryResult, uuidv7 } from '@minos/common';
import { CommandBus, QueryBus } from '@minos/cqrs';
import { CONSISTENCY_HEADER, consistencyToken, readPageQuery, requireConsistency } from '@minos/nest';
import { actsFor, ownAccount } from '@shop/contracts';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { CancelOrder } from '../commands/cancel-order.command.js';
import { PlaceOrder } from '../commands/place-order.command.js';
import { GetOrderDetails } from '../details/get-order-details.query.js';
import { GetOrderEvents } from '../queries/get-order-events.query.js';
import { GetOrder, type OrderView } from '../queries/get-order.query.js';
import { ListOrders } from '../queries/list-orders.query.js';
import { orderMark } from './order-mark.js';
import { OrderDetailsAnswer } from './order-details.answer.dto.js';
import { OrderAnswer, OrderEventsAnswer, OrdersAnswer, PlacedAnswer } from './order.answers.dto.js';
import { PLACE_ORDER_EXAMPLES, PlaceOrderBody } from './place-order.dto.js';
import { WaitsForEnd } from './wait-for-end.interceptor.js';

/** What is used of a response of either adapter. */
interface ResponseHeaders {
  header(name: string, value: string): unknown;
}

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Places an order: its checkout begins. With `Prefer: wait` the answer comes once that has ended, or the time is over. */
  @Post()
  @HttpCode(202)
  @WaitsForEnd()
  @ApiBody({ type: PlaceOrderBody, examples: PLACE_ORDER_EXAMPLES })
  @ApiHeader({ name: 'Prefer', required: false, description: '`wait=10`: so many seconds, at most 30', schema: { type: 'string' } })
  @ApiAcceptedResponse({ type: PlacedAnswer, description: 'It is placed; what becomes of it shows its Location.' })
  @ApiCreatedResponse({ type: PlacedAnswer, description: 'It was waited for, and has ended.' })
  @ApiConflictResponse({ description: 'The order exists already.' })
  async place(@Body() body: PlaceOrderBody, @Res({ passthrough: true }) response: ResponseHeaders): Promise<PlacedAnswer> {
    const orderId = body.orderId?.toLowerCase() ?? uuidv7();
    const lines = body.lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const { version } = await this.commands.execute<PlaceOrder, CommandResult<PlaceOrder>>(
      new PlaceOrder(orderId, payingAccount(body.accountId), lines),
    );
    response.header('Location', `/orders/${orderId}`);
    response.header(CONSISTENCY_HEADER, consistencyToken(orderMark(orderId, version)));
    return { orderId, status: 'placed' };
  }

  /** The caller's own orders, newest first. */
  @Get()
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } })
  @ApiQuery({ name: 'after', required: false, description: 'The `next` of the page before', schema: { type: 'string' } })
  @ApiOkResponse({ type: OrdersAnswer })
  async list(
    @Query('limit') limit?: unknown,
    @Query('after') after?: unknown,
    @Headers(CONSISTENCY_HEADER) token?: string,
  ): Promise<OrdersAnswer> {
    const query = readPageQuery(limit, after);
    const owner = currentContext().principal?.subject;
    if (owner === undefined) throw new UnauthorizedException('Whose orders? Nobody is logged in.');
    const { items, next } = await this.queries.execute(new ListOrders(owner, query.limit, query.after), { atLeast: token });
    return {
      items: items.map(({ owner: _, reason, lines, ...order }) => ({ ...order, lines: [...lines], ...(reason !== null && { reason }) })),
      next,
    };
  }

  /** The order as it is now. */
  @Get(':id')
  @ApiOkResponse({ type: OrderAnswer })
  @ApiNotFoundResponse()
  async get(@Param('id') id: string, @Headers(CONSISTENCY_HEADER) token?: string): Promise<OrderAnswer> {
    const order = await this.queries.execute<GetOrder, QueryResult<GetOrder>>(new GetOrder(orderIdOf(id)));
    requireConsistency(token, orderMark(order.orderId, order.version));
    return shown(order);
  }

  /** The order with its products. Without them, within a second, where the product service does not answer: `parts` says what is missing. */
  @Get(':id/details')
  @ApiOkResponse({ type: OrderDetailsAnswer })
  @ApiNotFoundResponse()
  async details(@Param('id') id: string, @Headers(CONSISTENCY_HEADER) token?: string): Promise<OrderDetailsAnswer> {
    const { data, complete, parts } = await this.queries.execute(new GetOrderDetails(orderIdOf(id)));
    const { order, products } = data;
    requireConsistency(token, orderMark(order.orderId, order.version));
    return { order: shown(order), ...(products && { products: [...products] }), complete, parts };
  }

  /** What happened to the order, in the order of its versions. */
  @Get(':id/events')
  @ApiOkResponse({ type: OrderEventsAnswer })
  @ApiNotFoundResponse()
  async events(@Param('id') id: string, @Headers(CONSISTENCY_HEADER) token?: string): Promise<OrderEventsAnswer> {
    const orderId = orderIdOf(id);
    const events = await this.queries.execute<GetOrderEvents, QueryResult<GetOrderEvents>>(new GetOrderEvents(orderId));
    requireConsistency(token, orderMark(orderId, events.length));
    return { events: [...events] };
  }

  /** Cancels the order, unless it is confirmed or rejected. What was reserved and held for it is given back. */
  @Post(':id/cancel')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: PlacedAnswer })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'It is too late.' })
  async cancel(@Param('id') id: string, @Res({ passthrough: true }) response: ResponseHeaders): Promise<PlacedAnswer> {
    const orderId = orderIdOf(id);
    const { version } = await this.commands.execute<CancelOrder, CommandResult<CancelOrder>>(new CancelOrder(orderId));
    response.header(CONSISTENCY_HEADER, consistencyToken(orderMark(orderId, version)));
    return { orderId, status: 'cancelled' };
  }
}

/** Ids are UUIDs; nothing else can be the id of an order. */
function orderIdOf(id: string): string {
  if (!isUuid(id)) throw new NotFoundException('There is no such order: an order id is a UUID.');
  return id.toLowerCase();
}

/** The account that was named, which has to be the caller's, or the one that the caller has by itself. */
function payingAccount(named: string | undefined): string {
  const { principal } = currentContext();
  const accountId = named?.toLowerCase() ?? ownAccount(principal) ?? '';
  if (!actsFor(principal, accountId)) throw new ForbiddenException('An order is paid from the own account, which has the id of the user.');
  return accountId;
}

function shown({ accountId: _, lines, ...order }: OrderView): OrderAnswer {
  return { ...order, lines: [...lines] };
}
