import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANDLER_ORDER } from './order.js';

it('docs/messaging-handlers.md lists the stages in the order in which they run', () => {
  const text = readFileSync(join(__dirname, '../../../../docs/messaging-handlers.md'), 'utf8');
  const table = text.slice(text.indexOf('| stage'), text.indexOf('\n\n', text.indexOf('| stage')));
  const stages = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim());
  expect(stages).toEqual([...HANDLER_ORDER]);
});
