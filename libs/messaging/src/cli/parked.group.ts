import type { CliGroup } from '@minos/postgres';
import { PARKED_AUDIT } from './parked-audit.command.js';
import { PARKED_DISCARD } from './parked-discard.command.js';
import { PARKED_EDIT } from './parked-edit.command.js';
import { PARKED_LIST } from './parked-list.command.js';
import { PARKED_RETRY } from './parked-retry.command.js';
import { PARKED_SHOW } from './parked-show.command.js';

export const PARKED: CliGroup = {
  name: 'parked',
  summary: 'messages that a consumer could not handle, and what to do with them',
  commands: [PARKED_LIST, PARKED_SHOW, PARKED_RETRY, PARKED_EDIT, PARKED_DISCARD, PARKED_AUDIT],
};
