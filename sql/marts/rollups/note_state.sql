-- One row per part of a rollup that is now complete up to an instant.
-- name: note_state(rollup, part, platform, definition, refreshed_at)!
insert into marts.rollup_state (rollup, part, platform, definition, refreshed_at)
values (cast(:rollup as text), cast(:part as text), cast(:platform as text), cast(:definition as text), cast(:refreshed_at as timestamptz))
on conflict (rollup, part, platform) do update set definition = excluded.definition, refreshed_at = excluded.refreshed_at
