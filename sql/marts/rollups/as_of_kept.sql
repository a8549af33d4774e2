-- One row per stored learner day that raw rows do not tell any more: of a day that was archived, or of a person who was erased.
-- name: as_of_kept(platform, zone, as_of, days)!
insert into pg_temp.learner_day
select *
from marts.learner_day
where time_zone = cast(:zone as text)
  and platform = cast(:platform as text)
  and (is_erased or day = any(cast(:days as date[])))
  and cast(day as timestamp) at time zone time_zone < cast(:as_of as timestamptz)
