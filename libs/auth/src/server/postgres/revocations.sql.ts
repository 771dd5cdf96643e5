export const READ_REVOCATIONS = `
select id, subject, session, not_before from minos.auth_revocations where id > $1 order by id limit $2`;

/** The newest row is never deleted. */
export const NEWEST_REVOCATION = 'select coalesce(max(id), 0) as id from minos.auth_revocations';

/** The newest stays: its id says how far ids have come. */
export const PURGE_REVOCATIONS = `
delete from minos.auth_revocations where created_at < clock_timestamp() - $1::float8 * interval '1 ms' and id < (select max(id) from minos.auth_revocations)`;
