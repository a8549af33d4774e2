-- One row per local day and person who was erased.
-- name: as_of_learner_attempt_days(platform, zone, start, end)!
insert into pg_temp.learner_attempt_day
select *
from marts.learner_attempt_day
where platform = cast(:platform as text)
  and time_zone = cast(:zone as text)
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and is_erased
