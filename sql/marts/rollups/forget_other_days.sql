-- One row per noted change of a fact of the platform that no rollup is made of.
-- name: forget_other_days(platform, facts)!
delete from marts.touched_day where platform = cast(:platform as text) and fact <> all(cast(:facts as text[]))
