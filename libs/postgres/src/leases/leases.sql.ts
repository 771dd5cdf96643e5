/**
 * `(tenant, name, epoch)` is unique although its first two columns are: it makes the epoch part of a key, so that a fence (`for key share`) holds off
 * whoever would change the epoch, and nobody who merely prolongs the lease.
 */
export const CREATE_LEASES = `
create table minos.leases (
  tenant text not null default '',
  name text not null,
  key_hash int not null,
  holder text not null,
  epoch bigint not null,
  expires_at timestamptz not null,
  primary key (tenant, name),
  unique (tenant, name, epoch)
)`;

export const CREATE_CHECK_LEASES = `
create function minos.check_leases(locked bigint, units int[], ordinals int[], tenants text[], names text[], epochs bigint[])
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  perform 1 from minos.leases as l
    where (l.tenant, l.name) in (select * from unnest(tenants, names))
    order by l.tenant, l.name
    for key share;
  return (
    select jsonb_agg(jsonb_build_array(f.unit, f.ordinal, 'lease-lost', jsonb_build_object('epoch', l.epoch::text)))
      from unnest(units, ordinals, tenants, names, epochs) as f(unit, ordinal, tenant, name, epoch)
      left join minos.leases as l on l.tenant = f.tenant and l.name = f.name
     where l.epoch is distinct from f.epoch);
end $$`;

const REMAINING = `greatest(0, extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as remaining`;

export const ACQUIRE_LEASE = {
  name: 'minos_acquire_lease',
  text: `insert into minos.leases as l (tenant, name, key_hash, holder, epoch, expires_at)
         values ($1, $2, $3, $4, 1, clock_timestamp() + $5::float8 * interval '1 millisecond')
         on conflict (tenant, name) do update set
           holder = excluded.holder,
           epoch = case when l.holder = excluded.holder and l.expires_at > clock_timestamp() then l.epoch else l.epoch + 1 end,
           expires_at = clock_timestamp() + $5::float8 * interval '1 millisecond'
         where l.holder = excluded.holder or l.expires_at <= clock_timestamp()
         returning epoch, ${REMAINING}`,
};

/** Many at once, each with its own holder, epoch and time; locked in one order. */
export const RENEW_LEASES = {
  name: 'minos_renew_leases',
  text: `with held as (
           select l.tenant, l.name, r.ttl
             from unnest($2::text[], $3::text[], $4::bigint[], $5::float8[]) as r (name, holder, epoch, ttl)
             join minos.leases as l on l.tenant = $1 and l.name = r.name and l.holder = r.holder and l.epoch = r.epoch
            order by l.name for no key update of l)
         update minos.leases as l set expires_at = clock_timestamp() + h.ttl * interval '1 millisecond'
           from held as h where l.tenant = h.tenant and l.name = h.name
         returning l.name, l.holder, l.epoch, ${REMAINING}`,
};

export const LEASE_HOLDERS = {
  name: 'minos_lease_holders',
  text: `select name, holder from minos.leases where tenant = $1 and name = any ($2::text[]) and expires_at > clock_timestamp()`,
};

/** Raises the epoch, so that what was fenced with the old one can no longer commit. */
export const RELEASE_LEASE = {
  name: 'minos_release_lease',
  text: `update minos.leases set holder = '', epoch = epoch + 1, expires_at = '-infinity'
         where tenant = $1 and name = $2 and holder = $3 and epoch = $4`,
};
