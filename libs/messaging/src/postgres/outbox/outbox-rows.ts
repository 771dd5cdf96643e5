import { plainArray, textArray } from '@minos/postgres';
import type { OutboxAdd } from '../../contracts/outgoing-message.js';

/** The columns of messages as the functions of the outbox take them, from the tenants to the bodies. */
export function outboxColumns(changes: readonly OutboxAdd[]): { readonly type: string; readonly value: string }[] {
  return [
    { type: 'text[]', value: textArray(changes.map(({ tenant }) => tenant)) },
    { type: 'uuid[]', value: plainArray(changes.map(({ messageId }) => messageId)) },
    { type: 'text[]', value: textArray(changes.map(({ channel }) => channel)) },
    { type: 'text[]', value: textArray(changes.map(({ key }) => key)) },
    { type: 'int[]', value: plainArray(changes.map(({ keyHash }) => keyHash)) },
    { type: 'int[]', value: plainArray(changes.map(({ slot }) => slot)) },
    { type: 'json', value: `[${changes.map(({ headers }) => JSON.stringify(headers)).join()}]` },
    { type: 'text[]', value: textArray(changes.map(({ body }) => body)) },
  ];
}
