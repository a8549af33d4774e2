-- One row per part of a rollup: the definition it was computed by and how fresh it is.
-- name: states(platform)
select rollup, part, definition, refreshed_at from marts.rollup_state where platform = cast(:platform as text)
