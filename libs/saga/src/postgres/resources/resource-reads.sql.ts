import { UNTIL_MS } from './resource-tables.sql.js';

const STORED = `r.resource, r.holder, r.age::float8 as age, r.fence::float8 as fence, ${UNTIL_MS} as until`;

export const READ_HOLDER = {
  name: 'minos_read_resource_holder',
  text: `select ${STORED} from minos.reservations as r where r.tenant = $1 and r.resource = $2 and r.held_until is not null`,
};

export const READ_LINE = {
  name: 'minos_read_resource_line',
  text: `select ${STORED} from minos.reservations as r where r.tenant = $1 and r.resource = $2 and r.held_until is null order by r.fence`,
};

export const READ_RESERVATIONS = {
  name: 'minos_read_reservations',
  text: `select ${STORED} from minos.reservations as r where r.tenant = $1 and r.holder = $2 order by r.resource`,
};

export const GRANT_DUE_RESOURCES = {
  name: 'minos_grant_due_resources',
  text: 'select granted, left_behind, next_in_ms from minos.grant_due_resources($1::int)',
};

const BEFORE = `clock_timestamp() - $1::float8 * interval '1 millisecond'`;

/** A reservation for which somebody waits is left: it is about to be given on. */
export const PURGE_RESOURCES = {
  name: 'minos_purge_resources',
  text: `
with over as (
  delete from minos.ended_reservations where ctid = any (array(
    select e.ctid from minos.ended_reservations as e where e.ended_at < ${BEFORE} limit $2)) returning 1
), dead as (
  delete from minos.reservations as r where r.held_until < ${BEFORE} and (r.tenant, r.resource, r.fence) in (
    select d.tenant, d.resource, d.fence from minos.reservations as d
     where d.held_until < ${BEFORE} and not exists (
       select 1 from minos.reservations as w where w.tenant = d.tenant and w.resource = d.resource and w.held_until is null)
     limit $2)
  returning 1
)
select ((select count(*) from over) + (select count(*) from dead))::int as purged`,
};
