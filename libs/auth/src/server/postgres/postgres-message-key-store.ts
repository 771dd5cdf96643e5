import type { Database } from '@minos/postgres';
import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import { FIND_MESSAGE_KEYS, PURGE_MESSAGE_KEYS, PUT_MESSAGE_KEY } from './message-keys.sql.js';

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

  async find(kids: readonly string[]): Promise<readonly StoredMessageKey[]> {
    const { rows } = await this.database.query<MessageKeyRow>(FIND_MESSAGE_KEYS, [kids]);
    return rows.map(({ kid, service, public_jwk: publicJwk }) => ({ kid, service, publicJwk }));
  }

  async purge(keep: number): Promise<number> {
    return (await this.database.query(PURGE_MESSAGE_KEYS, [keep])).rowCount;
  }
}
