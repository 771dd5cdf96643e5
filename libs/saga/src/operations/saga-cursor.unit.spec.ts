import { uuidv7 } from '@minos/common';
import { placeOf } from './saga-cursor.js';

const id = uuidv7();
const cursor = (text: string): string => Buffer.from(text).toString('base64url');

it('is read where it can be a place', () => expect(placeOf(cursor(`1767225600000 ${id}`))).toEqual({ startedAt: 1_767_225_600_000, id }));

it.each(['', 'x', `${id} 1`, `-1 ${id}`, `1e3 ${id}`, `${'9'.repeat(400)} ${id}`, `9999999999999999 ${id}`, "1 ' or 1=1"])(
  'is none where it says "%s"',
  (text) => expect(placeOf(cursor(text))).toBeUndefined(),
);
