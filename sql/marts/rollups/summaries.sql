-- One row per platform that is set up with materialized views of its own: whether a change of its facts was noted.
-- Only the schemas asked for are looked into: the name of a function in a schema that may not be used is an error, not a null.
-- name: summaries(platforms)
select
    asked.platform,
    exists (select from marts.touched_day as touched where touched.platform = asked.platform) as is_touched
from unnest(cast(:platforms as text[])) with ordinality as asked (platform, place)
where to_regprocedure(format('%I.refresh_summaries()', asked.platform)) is not null
order by asked.place
