export const READ_CHECKPOINT = {
  name: 'minos_read_checkpoint',
  text: `select position::text as position from minos.checkpoints where tenant = $1 and subscription = $2`,
};

export const SET_CHECKPOINT = `
insert into minos.checkpoints (tenant, subscription, position, key_hash) values ($1, $2, $3::bigint, $4)
on conflict on constraint checkpoints_pkey do update set position = excluded.position, saved_at = clock_timestamp()`;

export const DELETE_CHECKPOINT = `delete from minos.checkpoints where tenant = $1 and subscription = $2`;
