import { Command, Rejection } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';

/* A letter that is written and posted; the post may be closed, and nobody knows the addresses. */

@Command('letter.write', { owner: 'office' })
export class WriteLetter extends Command {
  constructor(readonly letterId: string) {
    super();
  }
}
@Command('letter.burn', { owner: 'office' })
export class BurnLetter extends Command {
  constructor(readonly letterId: string) {
    super();
  }
}
@Command('letter.post', { owner: 'office' })
export class PostLetter extends Command<void, 'post.closed'> {
  constructor(readonly letterId: string) {
    super();
  }
}

export interface LetterState {
  readonly letterId: string;
}

@Saga('letter', { version: 2 })
export class Letter extends SagaDefinition<LetterState> {
  readonly plan = saga<LetterState>()
    .step('write')
    .local(({ letterId }) => new WriteLetter(letterId))
    .compensate(({ letterId }) => new BurnLetter(letterId))
    .retry({ times: 1 })
    .step('post')
    .local(({ letterId }) => new PostLetter(letterId))
    .pivot()
    .build();
}

@Injectable()
export class Office {
  postIsOpen = true;
}

@CommandHandler(WriteLetter)
export class WriteLetterHandler implements ICommandHandler<WriteLetter> {
  async execute({ letterId }: WriteLetter): Promise<void> {
    if (letterId === 'unreadable') throw new Error('no ink');
  }
}
@CommandHandler(BurnLetter)
export class BurnLetterHandler implements ICommandHandler<BurnLetter> {
  async execute(): Promise<void> {}
}
@CommandHandler(PostLetter)
export class PostLetterHandler implements ICommandHandler<PostLetter> {
  constructor(private readonly office: Office) {}
  async execute(): Promise<void> {
    if (!this.office.postIsOpen) throw new Rejection('post.closed', 'the post is closed');
  }
}
