import { Command } from '@minos/common';
import { saga } from '../../definition/saga-builder.js';
import { SagaDefinition } from '../../definition/saga-definition.js';
import { Saga } from '../../definition/saga.decorator.js';
import { sagaStory } from './saga-story.js';

@Command('letter.send', { owner: 'post', key: 'text' })
class SendLetter extends Command {
  constructor(readonly text: string) {
    super();
  }
}

@Saga('letter', { version: 1 })
class Letter extends SagaDefinition<{ readonly length: number }> {
  readonly plan = saga<{ readonly length: number }>()
    .step('send')
    .invoke(({ length }) => new SendLetter('x'.repeat(length)))
    .noCompensation()
    .build();
}

it('a command that can not be sent parks its saga in a story too', async () => {
  const story = sagaStory(Letter);
  await story.start({ length: 100_000 });
  await story.expectParked('send', 'key');
});
