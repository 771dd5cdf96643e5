import type { Database } from '@minos/postgres';
import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import { FIND_MESSAGE_KEY, PURGE_MESSAGE_KEYS, PUT_MESSAGE_KEY } from './message-keys.sql.js';

interface MessageKeyRow {
  readonly kid: string;
  readonly service: string;
  readonly public_jwk: Readonly<Record<string, unknown>>;
}

/** Keys of messages in `minos.auth_message_keys`. */
export class PostgresMessageKeyStore implements MessageKeyStore {
  constructor(private readonly database: Database) {}

  async put({ kid, service, publicJwk }: StoredMessageKey): Promise<boolean> {
    return (await this.database.query(PUT_MESSAGE_KEY, [kid, service, JSON.stringify(publicJwk)])).rowCount > 0;
  }

  async find(kid: string): Promise<StoredMessageKey | undefined> {
    const row = (await this.database.query<MessageKeyRow>(FIND_MESSAGE_KEY, [kid])).rows[0];
    return row && { kid: row.kid, service: row.service, publicJwk: row.public_jwk };
  }

  async purge(keep: number): Promise<number> {
    return (await this.database.query(PURGE_MESSAGE_KEYS, [keep])).rowCount;
  }
}
