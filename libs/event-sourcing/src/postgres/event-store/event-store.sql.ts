import { EVENT_COLUMNS } from '../event-row.js';

/** With the tombstone in the same round trip: at least one row, whose event is null where there is none. */
export const READ_OPEN_FORWARD = {
  name: 'minos_read_open_forward',
  rowMode: 'array' as const,
  text: `
select e.*, c.closed
  from (select (select true from minos.closed_streams where tenant = $1 and stream = $2) as closed) c
  left join lateral (
    select ${EVENT_COLUMNS} from minos.events e where e.tenant = $1 and e.stream = $2 and e.version >= $3 order by e.version limit $4
  ) e on true`,
};

export const READ_FORWARD = {
  name: 'minos_read_forward',
  rowMode: 'array' as const,
  text: `select ${EVENT_COLUMNS} from minos.events e where e.tenant = $1 and e.stream = $2 and e.version >= $3 order by e.version limit $4`,
};

export const READ_BACKWARD = {
  name: 'minos_read_backward',
  rowMode: 'array' as const,
  text: `select ${EVENT_COLUMNS} from minos.events e where e.tenant = $1 and e.stream = $2 and e.version <= $3 order by e.version desc limit $4`,
};

export const READ_STATE = {
  name: 'minos_read_stream_state',
  text: `
select coalesce((select e.version from minos.events e where e.tenant = $1 and e.stream = $2 order by e.version desc limit 1), 0) as version,
       exists (select 1 from minos.closed_streams c where c.tenant = $1 and c.stream = $2) as closed`,
};

export const FIND_EVENTS = {
  name: 'minos_find_events',
  text: `select id, tenant, stream, version, position from minos.events where id = any ($1::uuid[])`,
};
