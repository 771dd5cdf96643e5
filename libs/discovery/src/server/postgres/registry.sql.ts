/** One row for each tenant. Whoever changes what watchers see locks it first, so versions ascend in the order of the commits. */
export const CREATE_STATE = `
create table minos.registry_state (
  tenant text primary key default '',
  version bigint not null,
  floor bigint not null
)`;

/** Begins at the time, so that a new database has later versions than the one that it replaces. */
export const INSERT_STATE = `
insert into minos.registry_state (version, floor)
select millis, millis from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as millis) as begun`;

/** When somebody last looked after the instances: apart from the versions, so that looking waits for no registration. */
export const CREATE_LIFE = `create table minos.registry_life (tenant text primary key default '', alive_at timestamptz)`;
export const INSERT_LIFE = `insert into minos.registry_life (alive_at) values (null)`;

/** `facts` is text: the same registration is the same text. */
export const CREATE_INSTANCES = `
create table minos.registry_instances (
  tenant text not null default '',
  instance text not null,
  key_hash int not null,
  service text not null,
  epoch bigint not null,
  address text not null,
  published text,
  facts text not null,
  state text not null,
  change bigint not null default 0,
  suspect_since timestamptz,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (tenant, instance)
)`;
export const CREATE_INSTANCES_CHANGE = `create index registry_instances_change on minos.registry_instances (tenant, change)`;
export const CREATE_INSTANCES_SERVICE = `create index registry_instances_service on minos.registry_instances (tenant, service) where state <> 'left'`;

/** What every heartbeat writes: narrow, with room on the page for the next version of the row. */
export const CREATE_INSTANCE_LEASES = `
create table minos.registry_leases (
  tenant text not null default '',
  instance text not null,
  service text not null,
  epoch bigint not null,
  lease_until timestamptz not null,
  primary key (tenant, instance)
) with (fillfactor = 50)`;

export const CREATE_ROUTES = `
create table minos.registry_routes (
  tenant text not null default '',
  shape text not null,
  method text not null,
  key_hash int not null,
  path text not null,
  service text not null,
  since timestamptz not null default clock_timestamp(),
  primary key (tenant, shape, method)
)`;

export const CREATE_ROUTES_FIRST = `create index registry_routes_first on minos.registry_routes (tenant, split_part(shape, '/', 2))`;

export const LOCK_STATE = {
  name: 'minos_registry_lock',
  text: 'select version from minos.registry_state where tenant = $1 for update',
};

export const SET_VERSION = { name: 'minos_registry_version', text: 'update minos.registry_state set version = $2 where tenant = $1' };

/** The instance itself, others at its address, and how many there are besides. */
export const FIND_FOR_REGISTRATION = {
  name: 'minos_registry_find',
  text: `select i.instance, i.service, i.epoch, i.address, i.state, i.facts, i.instance = $2 as itself,
                (select count(*)::int from minos.registry_instances as o
                  where o.tenant = $1 and o.service = $3 and o.state <> 'left' and o.instance <> $2 and o.address <> $4) as others
           from (select 1) as one
           left join minos.registry_instances as i
             on i.tenant = $1 and (i.instance = $2 or (i.service = $3 and i.address = $4 and i.state <> 'left'))`,
};

/** The places of those that the service does not own already. */
export const FIND_NEW_ROUTES = {
  name: 'minos_registry_new_routes',
  text: `select asked.place::int from unnest($3::text[], $4::text[]) with ordinality as asked (method, shape, place)
          where not exists (select 1 from minos.registry_routes as r
                             where r.tenant = $1 and r.shape = asked.shape and r.method = asked.method and r.service = $2)
          order by asked.place`,
};

/** Routes of others with one of these first segments, or all. Without a name, so that it is planned each time: without a list another plan is the right one. */
export const FIND_ROUTES_OF_OTHERS = {
  text: `select method, shape, path, service from minos.registry_routes
          where tenant = $1 and service <> $2 and ($3::text[] is null or split_part(shape, '/', 2) = any ($3)) order by path, method`,
};

export const CLAIM_ROUTES = {
  name: 'minos_registry_claim',
  text: `insert into minos.registry_routes (tenant, service, method, shape, path, key_hash)
         select $1, $2, method, shape, path, key_hash
           from unnest($3::text[], $4::text[], $5::text[], $6::int[]) as asked (method, shape, path, key_hash)
         on conflict (tenant, shape, method) do nothing`,
};

export const SAVE_INSTANCE = {
  name: 'minos_registry_save',
  text: `insert into minos.registry_instances as i (tenant, instance, service, key_hash, epoch, address, facts, state, change)
         values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::bigint, 0))
         on conflict (tenant, instance) do update set
           epoch = excluded.epoch, address = excluded.address, facts = excluded.facts, state = excluded.state,
           published = case when i.address = excluded.address and i.state <> 'left' then i.published end,
           change = coalesce($9::bigint, i.change), changed_at = clock_timestamp()`,
};

export const SAVE_INSTANCE_LEASE = {
  name: 'minos_registry_save_lease',
  text: `insert into minos.registry_leases (tenant, instance, service, epoch, lease_until)
         values ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 millisecond')
         on conflict (tenant, instance) do update set
           service = excluded.service, epoch = excluded.epoch, lease_until = excluded.lease_until`,
};

/** Others at an address that has a new process; `$3` is the version before. Answers how many of them watchers saw. */
export const REPLACE_INSTANCES = {
  name: 'minos_registry_replace',
  text: `with gone as (select instance, (state in ('up', 'suspect', 'draining'))::int as seen,
                              sum((state in ('up', 'suspect', 'draining'))::int) over (order by instance) as place
                         from minos.registry_instances where tenant = $1 and instance = any ($2::text[])),
              leases as (delete from minos.registry_leases where tenant = $1 and instance = any ($2::text[]))
         update minos.registry_instances as i
            set state = 'left', changed_at = clock_timestamp(), change = case when g.seen = 1 then $3::bigint + g.place else i.change end
           from gone as g where i.tenant = $1 and i.instance = g.instance
         returning g.seen`,
};

export const RENEW_INSTANCES = {
  name: 'minos_registry_renew',
  text: `with known as (
           select l.instance from unnest($2::text[], $3::text[], $4::bigint[]) as asked (service, instance, epoch)
             join minos.registry_leases as l
               on l.tenant = $1 and l.instance = asked.instance and l.service = asked.service and l.epoch = asked.epoch
            order by l.instance for no key update of l)
         update minos.registry_leases as l set lease_until = clock_timestamp() + $5::float8 * interval '1 millisecond'
           from known as k where l.tenant = $1 and l.instance = k.instance
         returning l.service, l.instance, l.epoch`,
};

export const LEAVE_INSTANCE = {
  name: 'minos_registry_leave',
  text: `with gone as (select instance, state in ('up', 'suspect', 'draining') as seen from minos.registry_instances
                        where tenant = $1 and instance = $2 and service = $3 and epoch <= $4 and state <> 'left'),
              lease as (delete from minos.registry_leases where tenant = $1 and instance in (select instance from gone))
         update minos.registry_instances as i
            set state = 'left', epoch = $4::bigint + 1, changed_at = clock_timestamp(), change = case when g.seen then $5::bigint else i.change end
           from gone as g where i.tenant = $1 and i.instance = g.instance
         returning g.seen`,
};

export const CHANGES_AFTER = {
  name: 'minos_registry_changes',
  text: `select s.version, s.floor, i.service, i.instance, coalesce(i.published, i.address) as address, i.facts, i.state, i.change
           from minos.registry_state as s
           left join minos.registry_instances as i on i.tenant = s.tenant and i.change > $2
          where s.tenant = $1 order by i.change`,
};

/** One statement, so that two keepers cannot both find that nobody has looked. Writes only now and then: it looks whenever somebody registers. */
export const MARK_ALIVE = {
  name: 'minos_registry_alive',
  text: `with before as (select alive_at < clock_timestamp() - $2::float8 * interval '1 millisecond' as was_down
                           from minos.registry_life where tenant = $1 for update),
              now_alive as (update minos.registry_life set alive_at = clock_timestamp()
                             where tenant = $1 and (alive_at is null or alive_at < clock_timestamp() - $2::float8 / 8 * interval '1 millisecond'))
         update minos.registry_leases
            set lease_until = greatest(lease_until, clock_timestamp()) + $3::float8 * interval '1 millisecond'
          where tenant = $1 and (select was_down from before)`,
};

const KEPT = `
  select i.service, i.instance, i.epoch, i.address, i.published, i.state,
         (extract(epoch from clock_timestamp() - l.lease_until) * 1000)::float8 as "lapsedMs",
         coalesce(extract(epoch from clock_timestamp() - i.suspect_since) * 1000, 0)::float8 as "suspectMs"
    from minos.registry_instances as i
    join minos.registry_leases as l on l.tenant = i.tenant and l.instance = i.instance
   where i.tenant = $1`;

/** Without a name, so that it is planned each time: a plan that was made while there were few instances would compare each with each. */
export const LOOK = { text: `${KEPT} and i.state <> 'left'` };
export const LOOK_NEW = { text: `${KEPT} and i.state = 'new'` };

/** Held until the verdicts are stored, so that a new keeper waits for them. */
export const CHECK_KEEPER = {
  name: 'minos_registry_keeper',
  text: `select 1 from minos.leases where tenant = $1 and name = $2 and epoch = $3 for key share`,
};

/** `$2` is the version before. */
export const JUDGE = {
  name: 'minos_registry_judge',
  text: `with hit as (
           select i.instance, v.state, v.published, i.state as before,
                  (i.state in ('up', 'suspect', 'draining') or v.state in ('up', 'suspect'))::int as seen
             from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[])
                    as v (service, instance, epoch, address, state, published, only_lapsed)
             join minos.registry_instances as i
               on i.tenant = $1 and i.instance = v.instance and i.service = v.service and i.epoch = v.epoch and i.address = v.address
             join minos.registry_leases as l on l.tenant = i.tenant and l.instance = i.instance
            where i.state <> 'left' and (i.state <> v.state or (v.published is not null and v.published is distinct from i.published))
              and (not v.only_lapsed or l.lease_until <= clock_timestamp())),
         placed as (select *, sum(seen) over (order by instance) as place from hit),
         leases as (delete from minos.registry_leases as l using hit
                     where l.tenant = $1 and l.instance = hit.instance and hit.state = 'left')
         update minos.registry_instances as i
            set state = p.state, published = coalesce(p.published, i.published), changed_at = clock_timestamp(),
                suspect_since = case when p.state <> 'suspect' then null when p.before = 'suspect' then i.suspect_since else clock_timestamp() end,
                change = case when p.seen = 1 then $2::bigint + p.place else i.change end
           from placed as p where i.tenant = $1 and i.instance = p.instance
         returning p.seen`,
};

export const FORGET_LEFT = {
  name: 'minos_registry_forget',
  text: `with gone as (delete from minos.registry_instances
                        where tenant = $1 and state = 'left' and changed_at < clock_timestamp() - $2::float8 * interval '1 millisecond'
                        returning change)
         update minos.registry_state set floor = greatest(floor, (select max(change) from gone))
          where tenant = $1 and exists (select 1 from gone)`,
};

export const LIST_ROUTES = {
  name: 'minos_registry_routes',
  text: 'select method, shape, path, service from minos.registry_routes where tenant = $1 order by path, method',
};

export const FREE_ROUTE = {
  name: 'minos_registry_free',
  text: 'delete from minos.registry_routes where tenant = $1 and method = $2 and shape = $3',
};
