import { type Unit, uuidv7 } from '@minos/common';
import { actingSagaOf, sagaExtensions } from './acting-saga.js';

/** A unit that handles a command which says this of its saga. */
function handling(extensions: Readonly<Record<string, string>>): Unit {
  const handled = { envelope: { extensions }, isAnswered: true };
  return { resources: new Map([[Symbol.for('@minos/messaging/handled-command'), handled]]) } as unknown as Unit;
}

it('a command says for which saga it is', () => {
  const saga = { holder: uuidv7(), age: 1_767_225_600_000, mayHold: true };
  expect(actingSagaOf(handling(sagaExtensions(saga)))).toEqual(saga);
});

it.each([
  ['no id', { sagaid: '' }],
  ['an id that is none', { sagaid: 'x'.repeat(500_000) }],
  ['somebody else', { sagaid: 'late' }],
  ['no age', { sagaage: '' }],
  ['an age below zero', { sagaage: '-1' }],
  ['an age that is no number of its own', { sagaage: '9'.repeat(16) }],
])('it is for none that says %s', (_, hostile) => {
  const saga = sagaExtensions({ holder: uuidv7(), age: 1, mayHold: false });
  expect(actingSagaOf(handling({ ...saga, ...hostile }))).toBeUndefined();
});
