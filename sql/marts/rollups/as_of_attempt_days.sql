-- One row per local day and item with answers of people who were erased.
-- name: as_of_attempt_days(platform, zone, start, end)!
insert into pg_temp.attempt_day
select *
from marts.attempt_day
where platform = cast(:platform as text)
  and time_zone = cast(:zone as text)
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and is_erased
