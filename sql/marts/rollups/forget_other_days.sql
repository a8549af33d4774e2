-- One row per noted change of a fact of these platforms that no rollup is made of; those of which one is are given as platform and fact.
-- name: forget_other_days(platforms, kept)!
delete from marts.touched_day
where platform = any(cast(:platforms as text[])) and (platform || ' ' || fact) <> all(cast(:kept as text[]))
