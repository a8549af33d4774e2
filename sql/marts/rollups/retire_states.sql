-- One row per part that is no longer kept (a time zone or an objective taken away): should it come back, it is computed anew.
-- name: retire_states(platforms, parts)!
delete from marts.rollup_state
where platform = any(cast(:platforms as text[])) and concat_ws(' ', platform, rollup, part) <> all(cast(:parts as text[]))
