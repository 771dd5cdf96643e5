export const READ_SEQUENCE = `
select s.seqcache::text as cache, s.seqincrement::text as increment, s.seqcycle as cycles, c.relpersistence as persistence,
       pg_get_expr(d.adbin, d.adrelid) as default_expression,
       (select array_agg(dep.refobjid::regclass::text) from pg_depend dep
         where dep.classid = 'pg_attrdef'::regclass and dep.objid = d.oid and dep.refclassid = 'pg_class'::regclass) as default_uses,
       pg_is_in_recovery() as standby
  from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  left join pg_attribute a on a.attrelid = to_regclass('minos.events') and a.attname = 'position'
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where s.seqrelid = to_regclass('minos.events_position')`;

/** Prepared transactions of this database that have drawn a number. */
export const READ_PREPARED = `
select coalesce(array_agg(distinct p.gid), '{}') as ids
  from pg_prepared_xacts p
  join pg_locks l on l.locktype = 'transactionid' and l.transactionid = p.transaction and l.pid is null
 where p.database = current_database()
   and exists (select 1 from pg_locks h where h.pid is null and h.virtualtransaction = l.virtualtransaction
                and h.locktype = 'relation' and h.relation = to_regclass('minos.events_position') and h.mode = 'RowExclusiveLock')`;

export const READ_STORED = `
select greatest((select max(position) from minos.events), (select max(position) from minos.checkpoints), 0) as stored`;

/** Asks the function, not the relation: that one may show a value that is yet to come. */
export const READ_LATEST = `select coalesce(pg_sequence_last_value('minos.events_position'), 0) as latest`;

/** Waits for whoever appends and lets nobody append meanwhile. */
export const LOCK_EVENTS = `lock table minos.events, minos.checkpoints in share row exclusive mode`;

export const MOVE_SEQUENCE = `select setval('minos.events_position', $1::bigint, true)`;
