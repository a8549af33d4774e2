-- One row per part that is no longer kept (a time zone or an objective taken away): should it come back, it is computed anew.
-- name: retire_states(platform, parts)!
delete from marts.rollup_state
where platform = cast(:platform as text) and (rollup || ' ' || part) <> all(cast(:parts as text[]))
