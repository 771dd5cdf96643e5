import { type CommandResult, type MessageClass, messageMetadataOf, type QueryResult, type UnitOfWork } from '@minos/common';
import { type AskOptions, RemoteCallInUnitError } from '@minos/messaging';

/** What the owner of a command or a query says to it. */
export type RemoteAnswer<M> = (message: M) => CommandResult<M> | QueryResult<M> | Promise<CommandResult<M> | QueryResult<M>>;

type Answer = (message: object) => unknown;

/** Answers in place of other services, under the rules of `Requests.ask`; for tests. */
export class RemoteAnswers {
  private readonly answers = new Map<unknown, Answer>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** What the service that owns the message answers; a `Rejection` that it throws is its rejection. The last one said counts. */
  set<M extends object>(type: MessageClass<M>, answer: RemoteAnswer<M>): void {
    this.answers.set(type, answer as unknown as Answer);
  }

  /** Rejects with `REMOTE_CALL_IN_UNIT` as in a service, and with a sentence for the test where nobody said what is answered. */
  readonly ask = async (message: object, { detached = false }: AskOptions = {}): Promise<unknown> => {
    const unit = this.unitOfWork.current();
    const name = messageMetadataOf(message.constructor)?.name ?? message.constructor.name;
    if (unit !== undefined && !detached) throw new RemoteCallInUnitError(name, unit.id);
    const answer = this.answers.get(message.constructor);
    const { name: type } = message.constructor;
    if (answer === undefined) throw new Error(`Nobody answers ${type}. Say what its service does: scenario.answering(${type}, () => …).`);
    return answer(message);
  };
}
