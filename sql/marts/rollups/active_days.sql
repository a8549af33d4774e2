-- One row per local day on which a learner was active, as stored, ascending.
-- name: active_days(platform, zone)
select distinct day
from marts.learner_day
where platform = cast(:platform as text) and time_zone = cast(:zone as text) and active_events > 0
order by day
