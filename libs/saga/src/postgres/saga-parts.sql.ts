/** Plans are made once per connection, most often while the tables are small: they are told to use the indexes. */
export const byIndex =
  'set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off';

/** Milliseconds since the epoch as a time. */
export const timeOf = (milliseconds: string): string => `timestamptz 'epoch' + ${milliseconds} * interval '1 millisecond'`;

/** A time as milliseconds since the epoch. */
export const msOf = (time: string): string => `(extract(epoch from ${time}) * 1000)::float8`;

export const CARRIED = 's.name = c.name and s.version = c.version and s.hash = c.hash';
