-- One row per part of a rollup that is now complete up to an instant.
-- name: note_states(platforms, rollups, parts, definitions, refreshed_at)!
insert into marts.rollup_state (rollup, part, platform, definition, refreshed_at)
select s.rollup, s.part, s.platform, s.definition, cast(:refreshed_at as timestamptz)
from unnest(cast(:platforms as text[]), cast(:rollups as text[]), cast(:parts as text[]), cast(:definitions as text[]))
    as s(platform, rollup, part, definition)
on conflict (rollup, part, platform) do update set definition = excluded.definition, refreshed_at = excluded.refreshed_at
