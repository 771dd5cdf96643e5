import { type CommandResult, currentContext, isUuid, type QueryResult, uuidv7 } from '@minos/common';
import { CommandBus, QueryBus } from '@minos/cqrs';
import { CONSISTENCY_HEADER, consistencyToken, requireConsistency } from '@minos/nest';
import { actsFor, ownAccount } from '@shop/contracts';
import { Body, Controller, ForbiddenException, Get, Headers, HttpCode, NotFoundException, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiCreatedResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DepositMoney } from '../commands/deposit-money.command.js';
import { OpenAccount } from '../commands/open-account.command.js';
import { GetAccount } from '../queries/get-account.query.js';
import { AccountAnswer, DepositedAnswer, OpenedAnswer } from './account.answers.dto.js';
import { DepositBody } from './deposit.dto.js';
import { OPEN_ACCOUNT_EXAMPLES, OpenAccountBody } from './open-account.dto.js';

/** What is used of a response of either adapter. */
interface ResponseHeaders {
  header(name: string, value: string): unknown;
}

@ApiTags('accounts')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Opens an account. */
  @Post()
  @ApiBody({ type: OpenAccountBody, examples: OPEN_ACCOUNT_EXAMPLES })
  @ApiCreatedResponse({ type: OpenedAnswer })
  @ApiConflictResponse({ description: 'The account exists already.' })
  async open(@Body() body: OpenAccountBody, @Res({ passthrough: true }) response: ResponseHeaders): Promise<OpenedAnswer> {
    const accountId = accountToOpen(body.accountId);
    const { version } = await this.commands.execute<OpenAccount, CommandResult<OpenAccount>>(
      new OpenAccount(accountId, body.limit ?? null),
    );
    response.header('Location', `/accounts/${accountId}`);
    response.header(CONSISTENCY_HEADER, consistencyToken(mark(accountId, version)));
    return { accountId };
  }

  /** Pays money in. */
  @Post(':id/deposits')
  @HttpCode(200)
  @ApiOkResponse({ type: DepositedAnswer })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'The account takes no more.' })
  async deposit(
    @Param('id') id: string,
    @Body() body: DepositBody,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<DepositedAnswer> {
    const accountId = accountIdOf(id);
    const { balance, held, version } = await this.commands.execute<DepositMoney, CommandResult<DepositMoney>>(
      new DepositMoney(accountId, body.amount),
    );
    response.header(CONSISTENCY_HEADER, consistencyToken(mark(accountId, version)));
    return { balance, held };
  }

  /** The account as it is now. */
  @Get(':id')
  @ApiOkResponse({ type: AccountAnswer })
  @ApiNotFoundResponse()
  async get(@Param('id') id: string, @Headers(CONSISTENCY_HEADER) token?: string): Promise<AccountAnswer> {
    const account = await this.queries.execute<GetAccount, QueryResult<GetAccount>>(new GetAccount(accountIdOf(id)));
    requireConsistency(token, mark(account.accountId, account.version));
    return account;
  }
}

/** A user has one account, of the id of the user; who may everything opens any. */
function accountToOpen(named: string | undefined): string {
  const { principal } = currentContext();
  const accountId = named?.toLowerCase() ?? ownAccount(principal) ?? uuidv7();
  if (!actsFor(principal, accountId)) throw new ForbiddenException('The account of a user has the id of the user: leave accountId out.');
  return accountId;
}

/** Ids are UUIDs; nothing else can be the id of an account. That of somebody else is as good as not there. */
function accountIdOf(id: string): string {
  if (!isUuid(id)) throw new NotFoundException('There is no such account: an account id is a UUID.');
  const accountId = id.toLowerCase();
  if (!actsFor(currentContext().principal, accountId)) throw new NotFoundException('There is no such account.');
  return accountId;
}

const mark = (accountId: string, version: number): { service: string; stream: string; version: number } => ({
  service: 'payment',
  stream: `account-${accountId}`,
  version,
});
