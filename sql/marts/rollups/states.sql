-- One row per part of a rollup: the definition it was computed by and how fresh it is.
-- name: states(platforms)
select platform, rollup, part, definition, refreshed_at from marts.rollup_state where platform = any(cast(:platforms as text[]))
