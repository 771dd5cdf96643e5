import { Command, Event, Query, Rejection } from '@minos/common';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { CommandBus } from '../buses/command-bus.js';
import type { QueryBus } from '../buses/query-bus.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { View } from '../view/view.decorator.js';
import { createHandlerScenario } from './handler-scenario.js';
import { testProjection } from './test-projection.js';

@Event('loan.made')
class LoanMade {
  constructor(
    readonly book: string,
    readonly reader: string,
  ) {}
}
@Event('loan.ended')
class LoanEnded {}

@Aggregate('loan')
class Loan extends AggregateRoot {
  private open = false;
  make(book: string, reader: string): void {
    this.apply(new LoanMade(book, reader));
  }
  end(): void {
    if (!this.open) throw new Rejection('loan.ended-before', 'It is back already.');
    this.apply(new LoanEnded());
  }
  @On(LoanMade) protected made(): void {
    this.open = true;
  }
  @On(LoanEnded) protected ended(): void {
    this.open = false;
  }
}

@Query('reader.fines', { owner: 'readers' })
class GetFines extends Query<number> {
  constructor(readonly reader: string) {
    super();
  }
}
@Command('letter.send', { owner: 'letters' })
class SendLetter extends Command<{ sheets: number }> {
  constructor(readonly reader: string) {
    super();
  }
}
@Command('loan.end', { owner: 'loans' })
class EndLoan extends Command<string> {
  constructor(
    readonly id: string,
    readonly reader: string,
  ) {
    super();
  }
}

// #region handler
@CommandHandler(EndLoan)
class EndLoanHandler implements ICommandHandler<EndLoan> {
  constructor(
    private readonly loans: AggregateRepository<Loan>,
    private readonly commands: CommandBus,
  ) {}

  async execute({ id, reader }: EndLoan): Promise<string> {
    await this.loans.update(id, (loan) => loan.end());
    await this.commands.enqueue(new SendLetter(reader), { after: '1d', key: reader });
    return `thanks, ${reader}`;
  }
}
// #endregion

class MayBorrow extends Query<boolean> {
  constructor(readonly reader: string) {
    super();
  }
}
@QueryHandler(MayBorrow)
class MayBorrowHandler implements IQueryHandler<MayBorrow> {
  constructor(private readonly queries: QueryBus) {}
  async execute({ reader }: MayBorrow): Promise<boolean> {
    return (await this.queries.execute(new GetFines(reader), {})) === 0;
  }
}

@View<LoanRow>('loans', { key: 'id' })
class LoanRow {
  readonly id!: string;
  readonly reader!: string;
  readonly by!: string | null;
  readonly at!: string;
}

const subjectOf = ({ recorded: { metadata } }: ProjectionContext): string | null =>
  (metadata.principal as { subject?: string } | undefined)?.subject ?? null;

@Projection('open-loans', { version: 1, views: [LoanRow] })
class OpenLoans {
  @When(LoanMade) made({ reader }: LoanMade, context: ProjectionContext): void {
    const { stream, recordedAt } = context.recorded;
    context.view(LoanRow).upsert({ id: stream, reader, by: subjectOf(context), at: recordedAt.toISOString() });
  }
  @When(LoanEnded) ended(_event: LoanEnded, { view, recorded }: ProjectionContext): void {
    view(LoanRow).remove(recorded.stream);
  }
}

describe('createHandlerScenario', () => {
  const scene = () => {
    const scenario = createHandlerScenario({ service: 'loans' }).knows(SendLetter, GetFines);
    return { scenario, handler: new EndLoanHandler(scenario.repository(Loan), scenario.commands) };
  };

  it('tells what a handler stores, sends and answers', async () => {
    // #region scenario
    const { scenario, handler } = scene();
    const ending = scenario.given(Loan, '1', new LoanMade('Emma', 'ada')).when(() => handler.execute(new EndLoan('1', 'ada')));
    await ending.then(new LoanEnded());
    await ending.thenSent(new SendLetter('ada'));
    await ending.thenReturned('thanks, ada');
    // #endregion
    expect(ending.sent()).toMatchObject([{ channel: 'letters.commands', key: 'ada', due: { after: 86_400_000 } }]);
  });

  it('tells that a rejection leaves nothing behind, what was sent before it neither', async () => {
    const { scenario, handler } = scene();
    const rejected = scenario.given(Loan, '1', new LoanMade('Emma', 'ada'), new LoanEnded()).when(async () => {
      await scenario.messages.send(new SendLetter('ada'));
      return handler.execute(new EndLoan('1', 'ada'));
    });
    await rejected.thenRejected('loan.ended-before');
    expect(rejected.sent()).toEqual([]);
  });

  it('fails with what differs', async () => {
    const { scenario, handler } = scene();
    const ending = scenario.given(Loan, '1', new LoanMade('Emma', 'ada')).when(() => handler.execute(new EndLoan('1', 'ada')));
    await expect(ending.thenNothing()).rejects.toThrow('recorded events');
    await expect(ending.thenSent()).rejects.toThrow('other commands than expected');
    await expect(ending.thenSent(new SendLetter('eve'))).rejects.toMatchObject({
      actual: [{ command: 'letter.send', data: { reader: 'ada' } }],
      expected: [{ command: 'letter.send', data: { reader: 'eve' } }],
    });
    await expect(ending.thenRejected('loan.ended-before')).rejects.toThrow('accepted');
  });

  it('answers for other services, outside a unit of work as a service has to', async () => {
    const { scenario } = scene();
    const handler = new MayBorrowHandler(scenario.queries);
    await expect(handler.execute(new MayBorrow('ada'))).rejects.toThrow('scenario.answering(GetFines, () => …)');
    scenario.answering(GetFines, ({ reader }) => (reader === 'ada' ? 0 : 7));
    expect([await handler.execute(new MayBorrow('ada')), await handler.execute(new MayBorrow('eve'))]).toEqual([true, false]);
    scenario.answering(SendLetter, () => {
      throw new Rejection('letter.no-stamps', 'None is left.');
    });
    await expect(scenario.commands.execute(new SendLetter('ada'))).rejects.toMatchObject({ code: 'letter.no-stamps' });
    await scenario.when(() => scenario.commands.execute(new SendLetter('ada'))).thenRejected('REMOTE_CALL_IN_UNIT');
  });

  it('refuses what it does not know', () => {
    expect(() => createHandlerScenario({ service: 7 as unknown as string })).toThrow('service');
  });
});

describe('testProjection', () => {
  const made = new LoanMade('Emma', 'ada');

  it('tells the rows that events make', async () => {
    // #region projection
    const loans = testProjection(OpenLoans)
      .by({ principal: { subject: 'desk-1' } })
      .at('2026-03-01T12:00:00Z')
      .given(Loan, '1', new LoanMade('Emma', 'ada'))
      .given(Loan, '2', new LoanMade('Persuasion', 'eve'));
    await loans
      .given(Loan, '2', new LoanEnded())
      .thenRows(LoanRow, [{ id: 'loan-1', reader: 'ada', by: 'desk-1', at: '2026-03-01T12:00:00.000Z' }]);
    // #endregion
    await loans.thenRow(LoanRow, 'loan-2', { id: 'loan-2', reader: 'eve', by: 'desk-1', at: '2026-03-01T12:00:00.000Z' });
    await loans.thenRow(LoanRow, 'loan-3', undefined);
    await expect(loans.thenRows(LoanRow, [])).rejects.toThrow('rows of LoanRow are not the expected ones');
    expect(await loans.rows(LoanRow)).toHaveLength(2);
  });

  it('finds a projection that depends on how events come together', async () => {
    @Projection('loud', { version: 1, views: [LoanRow] })
    class Loud extends OpenLoans {
      private units = new Set<unknown>();
      @When(LoanMade) override made(event: LoanMade, context: ProjectionContext): void {
        this.units.add(context.unit);
        super.made(new LoanMade(event.book, `${event.reader} in unit ${this.units.size}`), context);
      }
    }
    const two = testProjection(Loud).given(Loan, '1', made).given(Loan, '2', made);
    await expect(two.rows(LoanRow)).rejects.toThrow('depends on how many events come in one batch');
  });

  it('refuses what a start would refuse', () => {
    class Plain {}
    expect(() => testProjection(Plain)).toThrow('Plain has no @Projection');
    @Projection('lame', { version: 0, views: [] })
    class Lame {}
    expect(() => testProjection(Lame)).toThrow('version is 0');
    @View<Other>('others', { key: 'id' })
    class Other {
      readonly id!: string;
    }
    return expect(testProjection(OpenLoans).rows(Other)).rejects.toMatchObject({ code: 'VIEW_UNKNOWN' });
  });
});
