import type { CliGroup } from '@minos/postgres';
import { OUTBOX_AUDIT } from './outbox-audit.command.js';
import { OUTBOX_REFUSED } from './outbox-refused.command.js';
import { OUTBOX_RELEASE } from './outbox-release.command.js';
import { OUTBOX_STATUS } from './outbox-status.command.js';

export const OUTBOX: CliGroup = {
  name: 'outbox',
  summary: 'messages that wait to leave the service, and keys that the broker refuses',
  commands: [OUTBOX_STATUS, OUTBOX_REFUSED, OUTBOX_RELEASE, OUTBOX_AUDIT],
};
