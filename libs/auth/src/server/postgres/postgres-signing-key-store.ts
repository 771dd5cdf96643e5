import type { Database, SqlExecutor } from '@minos/postgres';
import type {
  KeyChange,
  NewSigningKey,
  SigningKeyStore,
  StoredKeys,
  StoredServiceKey,
  StoredSigningKey,
} from '../contracts/signing-keys.js';
import { recordAudit } from './account-rows.js';
import {
  COUNT_OTHER_SERVICE_KEYS,
  END_OLDER_KEYS,
  HAS_SIGNING_KEY,
  HAS_YOUNGER_KEY,
  INSERT_SIGNING_KEY,
  LOCK_KEYS,
  LOCK_SERVICE_KEYS,
  PURGE_SERVICE_KEYS,
  PURGE_SIGNING_KEYS,
  PUT_SERVICE_KEY,
  READ_SERVICE_KEYS,
  READ_SIGNING_KEYS,
} from './keys.sql.js';

type Jwk = Readonly<Record<string, unknown>>;

interface SigningKeyRow {
  readonly kid: string;
  readonly alg: string;
  readonly public_jwk: Jwk;
  readonly private_key: Buffer;
  readonly created_at: number;
  readonly active_from: number;
  readonly published_until: number | null;
  readonly now: number;
}

interface ServiceKeyRow {
  readonly kid: string;
  readonly service: string;
  readonly alg: string;
  readonly public_jwk: Jwk;
  readonly expires_at: number;
  readonly now: number;
}

/** Keys in `minos.auth_signing_keys` and `minos.auth_service_keys`. */
export class PostgresSigningKeyStore implements SigningKeyStore {
  constructor(private readonly database: Database) {}

  async keys(): Promise<StoredKeys> {
    const signing = await this.database.query<SigningKeyRow>(READ_SIGNING_KEYS);
    const services = await this.database.query<ServiceKeyRow>(READ_SERVICE_KEYS);
    const now = signing.rows[0]?.now ?? services.rows[0]?.now ?? Date.now();
    return { signing: signing.rows.map(signingKeyOf), services: services.rows.map(serviceKeyOf), now };
  }

  addFirst(key: NewSigningKey): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      await sql.query(LOCK_KEYS);
      if ((await sql.query(HAS_SIGNING_KEY)).rowCount > 0) return false;
      await insert(sql, key, 0);
      return true;
    });
  }

  rotate({ key, activeIn, keepOld, unlessYounger = 0, by }: KeyChange): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      await sql.query(LOCK_KEYS);
      if (unlessYounger > 0 && (await sql.query(HAS_YOUNGER_KEY, [unlessYounger])).rowCount > 0) return false;
      await insert(sql, key, activeIn);
      await sql.query(END_OLDER_KEYS, [key.kid, activeIn + keepOld]);
      await recordAudit(sql, '', { event: 'keys.rotated', subject: key.kid, actor: by });
      return true;
    });
  }

  putServiceKey(key: Omit<StoredServiceKey, 'expiresAt'>, ttl: number, most: number): Promise<number | undefined> {
    const { kid, service, alg, publicJwk } = key;
    return this.database.transaction(async (sql) => {
      await sql.query(LOCK_SERVICE_KEYS, [service]);
      const { rows: counts } = await sql.query<{ others: number }>(COUNT_OTHER_SERVICE_KEYS, [service, kid]);
      if ((counts[0]?.others ?? 0) >= most) return undefined;
      const { rows } = await sql.query<{ expires_at: number }>(PUT_SERVICE_KEY, [kid, service, alg, JSON.stringify(publicJwk), ttl]);
      if (rows[0] === undefined) return undefined;
      await recordAudit(sql, '', { event: 'service-key.registered', subject: kid, actor: `service:${service}` });
      return Math.floor(rows[0].expires_at);
    });
  }

  async purge(): Promise<number> {
    const signing = await this.database.query(PURGE_SIGNING_KEYS);
    const services = await this.database.query(PURGE_SERVICE_KEYS);
    return signing.rowCount + services.rowCount;
  }
}

async function insert(sql: SqlExecutor, { kid, alg, publicJwk, privateKey }: NewSigningKey, activeIn: number): Promise<void> {
  await sql.query(INSERT_SIGNING_KEY, [kid, alg, JSON.stringify(publicJwk), privateKey, activeIn]);
}

function signingKeyOf(row: SigningKeyRow): StoredSigningKey {
  const { kid, alg, public_jwk: publicJwk, private_key: privateKey, created_at: createdAt, active_from: activeFrom } = row;
  return { kid, alg, publicJwk, privateKey, createdAt, activeFrom, publishedUntil: row.published_until ?? undefined };
}

function serviceKeyOf({ kid, service, alg, public_jwk: publicJwk, expires_at: expiresAt }: ServiceKeyRow): StoredServiceKey {
  return { kid, service, alg, publicJwk, expiresAt };
}
